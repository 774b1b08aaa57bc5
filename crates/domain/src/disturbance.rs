//! Disturbances of the database file while it is in use.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disturbance {
    Gone,
    Replaced,
    JournalLost,
    Damaged,
}

impl Disturbance {
    pub const ALL: [Self; 4] = [Self::Gone, Self::Replaced, Self::JournalLost, Self::Damaged];

    /// The id of its text in the catalogues.
    pub fn text(self) -> &'static str {
        match self {
            Self::Gone => "finding-file-gone",
            Self::Replaced => "finding-file-replaced",
            Self::JournalLost => "finding-file-journal",
            Self::Damaged => "finding-file-damaged",
        }
    }
}
