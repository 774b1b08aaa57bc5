//! Grouping of simultaneous notices.

use sovani_ops::domain::{Grouping, grouping};

/// Notices of one moment, the calls among them, the incidents called shortly before, and the most that go out singly.
const CASES: [((usize, usize, usize, usize), Grouping); 14] = [
    ((0, 0, 0, 5), Grouping::Single),
    ((1, 1, 0, 5), Grouping::Single),
    ((5, 5, 0, 5), Grouping::Single),
    ((6, 6, 0, 5), Grouping::Digest),
    ((6, 0, 0, 5), Grouping::Digest),
    // A storm that began earlier goes on.
    ((1, 1, 4, 5), Grouping::Single),
    ((1, 1, 5, 5), Grouping::Digest),
    ((3, 1, 2, 5), Grouping::Single),
    ((3, 1, 3, 5), Grouping::Digest),
    // A reminder does not belong to a storm.
    ((1, 0, 5, 5), Grouping::Single),
    ((5, 0, 100, 5), Grouping::Single),
    // Everything in digests.
    ((1, 1, 0, 0), Grouping::Digest),
    ((1, 0, 0, 0), Grouping::Digest),
    ((0, 0, 9, 0), Grouping::Single),
];

#[test]
fn notices_go_into_a_digest_when_there_are_too_many_of_them() {
    for ((notices, calls, recent, most), expected) in CASES {
        assert_eq!(
            grouping(notices, calls, recent, most),
            expected,
            "{notices} notices, {calls} calls, {recent} shortly before, {most} at most"
        );
    }
}
