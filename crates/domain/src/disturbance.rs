//! What can happen to the database's file while it is in use.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disturbance {
    Gone,
    Replaced,
    JournalLost,
    Damaged,
}

impl Disturbance {
    pub const ALL: [Self; 4] = [Self::Gone, Self::Replaced, Self::JournalLost, Self::Damaged];

    /// How what is said of it begins; the file's path follows.
    pub fn beginning(self) -> &'static str {
        match self {
            Self::Gone => "The database file was deleted or moved away while it was in use: ",
            Self::Replaced => {
                "The database file was replaced while it was in use, and is opened anew: "
            }
            Self::JournalLost => {
                "The journal of the database was removed while it was in use; what was written last may be lost, and the file is opened anew: "
            }
            Self::Damaged => "The database file is damaged: ",
        }
    }
}
