//! The numbers by which Telegram knows chats, people and messages.

pub type ChatId = i64;
pub type UserId = i64;
pub type MessageId = i32;
