//! The states that rows go through, as their columns hold them.

use crate::domain::words;

words! {
    /// The state of a proposal.
    pub enum ProposalState {
        Pending = "pending",
        /// Confirmed, and being carried out.
        UnderWay = "under_way",
        /// Confirmed, and the outcome is shown.
        Confirmed = "confirmed",
        Cancelled = "cancelled",
        Expired = "expired",
        /// Its incident has closed.
        Withdrawn = "withdrawn",
        /// The action has changed since it was proposed.
        Changed = "changed",
        /// The same proposal was decided in another chat.
        Overtaken = "overtaken",
        /// Confirmed, and then the program stopped.
        Interrupted = "interrupted",
    }
}

words! {
    /// The state of a message in the outbox.
    pub enum OutboxState {
        Pending = "pending",
        Sent = "sent",
        Dead = "dead",
        /// Its content was outdated before it was sent.
        Obsolete = "obsolete",
    }
}

words! {
    /// The reason why a message goes to the general topic instead of its own.
    pub enum TopicLost {
        Gone = "gone",
        Closed = "closed",
    }
}

words! {
    /// The kind of a message in the outbox.
    pub enum MessageKind {
        /// A fixed text.
        Post = "post",
        /// The standing message of an incident.
        Card = "card",
        /// The standing message of many incidents.
        Digest = "digest",
        /// A notice on one of those.
        Notice = "notice",
    }
}
