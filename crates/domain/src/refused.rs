//! Whose fault it is when Telegram refuses messages in words that nobody knows.

/// So many messages in a row that a chat does not take are not each wrong in themselves.
const MESSAGES_IN_A_ROW: i64 = 3;
/// How often a message is tried before somebody is to blame.
const TRIES: i64 = 3;

/// What is known of a refused message and of the others in its chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusals {
    /// How often this message was refused.
    pub of_message: i64,
    /// Tells if another one has reached the chat since its first refusal.
    pub others_arrive: bool,
    /// How many messages were refused, this one included, since one reached the chat.
    pub messages: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// It is tried again, and the next one has its turn.
    Nobody,
    Message,
    Chat,
}

pub fn blame(refusals: Refusals) -> Blame {
    let tried = refusals.of_message >= TRIES;
    if tried && refusals.others_arrive {
        Blame::Message
    } else if tried || refusals.messages >= MESSAGES_IN_A_ROW {
        Blame::Chat
    } else {
        Blame::Nobody
    }
}
