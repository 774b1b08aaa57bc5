//! The form of this room's types in a column of either database.

use super::states::{MessageKind, OutboxState, ProposalState, TopicLost};
use crate::domain::{text_column, word};

text_column!(ProposalState, |text: String| word(&text));
text_column!(OutboxState, |text: String| word(&text));
text_column!(TopicLost, |text: String| word(&text));
text_column!(MessageKind, |text: String| word(&text));
