//! The states that rows go through, as their columns hold them.

/// An enum whose variants stand in a column as words.
macro_rules! states {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$about])* $variant),+
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
        /// Confirmed, and being carried out.
        UnderWay = "under_way",
        /// Confirmed, and how it went is told.
        Confirmed = "confirmed",
        Cancelled = "cancelled",
        Expired = "expired",
        /// Its incident has closed.
        Withdrawn = "withdrawn",
        /// What would be done is not what it was when this was proposed.
        Changed = "changed",
        /// The same was decided in another chat.
        Overtaken = "overtaken",
        /// Confirmed, and then the program stopped.
        Interrupted = "interrupted",
    }
);

states!(
    /// What has become of a message in the outbox.
    OutboxState {
        Pending = "pending",
        Sent = "sent",
        Dead = "dead",
        /// What it was to say does not stand any more.
        Obsolete = "obsolete",
    }
);

states!(
    /// Why a message goes to the general topic instead of its own.
    TopicLost {
        Gone = "gone",
        Closed = "closed",
    }
);

states!(
    /// What a message in the outbox is.
    MessageKind {
        /// A fixed text.
        Post = "post",
        /// The standing message of an incident.
        Card = "card",
        /// The standing message of many incidents.
        Digest = "digest",
        /// A notice on one of those.
        Notice = "notice",
    }
);
