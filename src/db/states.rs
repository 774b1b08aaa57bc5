//! The states that rows go through, as their columns hold them.

use crate::domain::words;

words! {
    /// What has become of a proposal.
    pub enum ProposalState {
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
}

words! {
    /// What has become of a message in the outbox.
    pub enum OutboxState {
        Pending = "pending",
        Sent = "sent",
        Dead = "dead",
        /// What it was to say does not stand any more.
        Obsolete = "obsolete",
    }
}

words! {
    /// Why a message goes to the general topic instead of its own.
    pub enum TopicLost {
        Gone = "gone",
        Closed = "closed",
    }
}

words! {
    /// What a message in the outbox is.
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
