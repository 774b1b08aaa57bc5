use std::num::NonZeroU32;

/// Limits for sending to Telegram, whose own limits are about 30 calls a second in all, a message a second in a private
/// chat and 20 messages a minute in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    pub calls_a_second: NonZeroU32,
    pub chat_a_minute: NonZeroU32,
    pub group_a_minute: NonZeroU32,
}

impl Default for Rates {
    fn default() -> Self {
        let rate = |rate| NonZeroU32::new(rate).expect("not zero");
        Self {
            calls_a_second: rate(25),
            chat_a_minute: rate(60),
            group_a_minute: rate(15),
        }
    }
}
