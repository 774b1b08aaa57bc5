//! Accounts that many people share.

/// Telegram's own accounts under which anybody can appear, as listed in its open-source clients.
const STAND_INS: [(i64, &str); 7] = [
    (
        1_087_968_824,
        "@GroupAnonymousBot, every anonymous administrator of any group",
    ),
    (
        136_817_688,
        "@Channel_Bot, everybody who writes in the name of a channel",
    ),
    (
        777_000,
        "Telegram itself, under whose name the posts of linked channels come",
    ),
    (
        1_271_266_957,
        "@replies, under whose name answers of anybody come",
    ),
    (489_000, "Telegram's verification codes"),
    (5_434_988_373, "Telegram's own guard against spam"),
    (2_666_000, "everybody who hides their name when forwarded"),
];

/// A description of the shared account with this id; `None` if the id belongs to one person.
pub fn stands_for_anybody(id: i64) -> Option<&'static str> {
    if id < 0 {
        return Some("a chat, and so everybody in it");
    }
    STAND_INS
        .iter()
        .find(|(known, _)| *known == id)
        .map(|(_, whom)| *whom)
}
