//! Blame for unknown errors: the message or the chat.

use sovani_domain::{Blame, RejectedMessage, blame};

fn refused(of_message: i64, messages: i64) -> RejectedMessage {
    RejectedMessage {
        of_message,
        others_arrive: false,
        messages,
        can_be_mentioned: true,
    }
}

#[test]
fn a_mention_of_an_alert_shows_who_is_to_blame() {
    assert_eq!(blame(refused(1, 1)), Blame::Nobody);
    assert_eq!(blame(refused(3, 1)), Blame::NobodyYet);
    // The mention is on its way, or is refused too.
    for messages in [1, 2] {
        assert_eq!(blame(refused(4, messages)), Blame::Nobody);
    }
    let arrived = RejectedMessage {
        others_arrive: true,
        ..refused(4, 1)
    };
    assert_eq!(blame(arrived), Blame::Message { mentioned: true });
}

#[test]
fn what_cannot_be_mentioned_is_held_against_the_chat() {
    let mention = RejectedMessage {
        can_be_mentioned: false,
        ..refused(3, 2)
    };
    assert_eq!(blame(mention), Blame::Chat);
}

#[test]
fn several_messages_in_a_row_are_held_against_the_chat() {
    assert_eq!(blame(refused(1, 2)), Blame::Nobody);
    assert_eq!(blame(refused(1, 3)), Blame::Chat);
}

#[test]
fn a_message_is_to_blame_when_others_arrive() {
    let others_arrive = |of_message| RejectedMessage {
        others_arrive: true,
        ..refused(of_message, 1)
    };
    assert_eq!(blame(others_arrive(2)), Blame::Nobody);
    let unmentioned = Blame::Message { mentioned: false };
    assert_eq!(blame(others_arrive(3)), unmentioned);
}
