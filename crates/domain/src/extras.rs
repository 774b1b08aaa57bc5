//! Figures.

use serde_json::{Map, Value};

/// Further facts about a finding, most important first.
pub type Extras = Map<String, Value>;
