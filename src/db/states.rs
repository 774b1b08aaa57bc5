//! The states that rows go through, as their columns hold them.

/// An enum whose variants stand in a column as words.
macro_rules! states {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($variant),+
        }

        impl $name {
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownState;

            fn from_str(word: &str) -> Result<Self, UnknownState> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(UnknownState(word.to_owned())),
                }
            }
        }
    };
}

#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no state of such a row")]
pub struct UnknownState(String);

states!(
    /// What has become of a proposal.
    ProposalState {
        Pending = "pending",
        Confirmed = "confirmed",
        Cancelled = "cancelled",
        Expired = "expired",
    }
);

states!(
    /// What has become of a message in the outbox.
    OutboxState {
        Pending = "pending",
        Sent = "sent",
        Dead = "dead",
    }
);
