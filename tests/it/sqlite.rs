//! A database file that other programs use too.

mod disturbed;
mod explaining;
mod full;
mod giving_up;
mod location;
