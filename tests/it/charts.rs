//! The pictures: what they show, that any series can be drawn, and that they get to the chat.

mod drawing;
mod gallery;
mod history;
mod hostile;
mod samples;
mod words;
