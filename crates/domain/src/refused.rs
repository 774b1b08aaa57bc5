//! Decides what is at fault when Telegram rejects messages with an unknown error: the message or the chat.

/// If this many messages in a row are rejected, the chat is at fault, not each message.
const MESSAGES_IN_A_ROW: i64 = 3;
/// How often a message is tried before it or the chat is blamed.
const TRIES: i64 = 3;

/// The counts about a rejected message and the others in its chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RejectedMessage {
    /// How often this message was refused.
    pub of_message: i64,
    /// Tells if another one has reached the chat since its first refusal.
    pub others_arrive: bool,
    /// How many messages were refused, this one included, since one reached the chat.
    pub messages: i64,
    /// Tells if a few plain words can be sent in its place, as they can for an alert.
    pub can_be_mentioned: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// It is tried again later; the next message goes first.
    Nobody,
    /// No other message has shown yet who is to blame. A mention in its place will: it arrives, or is refused as well.
    NobodyYet,
    /// `mentioned` if plain words were sent in its place already.
    Message {
        mentioned: bool,
    },
    Chat,
}

pub fn blame(refusals: RejectedMessage) -> Blame {
    let RejectedMessage {
        of_message,
        others_arrive,
        messages,
        can_be_mentioned,
    } = refusals;
    let tried = of_message >= TRIES;
    if tried && others_arrive {
        Blame::Message {
            mentioned: of_message > TRIES,
        }
    } else if messages >= MESSAGES_IN_A_ROW || (tried && !can_be_mentioned) {
        Blame::Chat
    } else if of_message == TRIES {
        Blame::NobodyYet
    } else {
        Blame::Nobody
    }
}
