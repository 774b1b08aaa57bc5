//! The reasons why a chat is lost, as they are stored.

use sovani_domain::{DeliveryProblem, Rejection};

#[test]
fn what_is_stored_is_read_as_it_was() {
    let known = DeliveryProblem::ALL.map(Rejection::Known);
    let words = ["", "Bad Request: SOMETHING_NEW", "unknown: blocked"];
    let unknown = words.map(|words| Rejection::Unknown(words.to_owned()));
    for rejection in known.into_iter().chain(unknown) {
        let code = rejection.code().unwrap();
        assert_eq!(code.parse(), Ok(rejection), "{code}");
    }
}

#[test]
fn a_sentence_of_an_earlier_version_has_no_code_and_is_none() {
    let sentence = "the bot was blocked by the user";
    assert!(sentence.parse::<Rejection>().is_err());
    assert_eq!(Rejection::Recorded(sentence.to_owned()).code(), None);
}
