//! A database file that other programs use too.

mod explaining;
mod giving_up;
mod place;
