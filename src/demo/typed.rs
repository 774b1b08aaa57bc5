//! The commands of the demo's prompt.

use super::switches::{PLANTINGS, Planting};

pub enum Typed {
    Quit,
    Nothing,
    Button(usize),
    /// Plant the fault, or heal it.
    Turn(&'static Planting, bool),
    Text(String),
}

impl Typed {
    pub fn parse(line: &str) -> Self {
        let text = line.trim();
        let turn = PLANTINGS.iter().find_map(|planting| {
            let verb = text.strip_suffix(planting.name)?;
            match verb.trim_end() {
                "break" => Some(Self::Turn(planting, true)),
                "heal" => Some(Self::Turn(planting, false)),
                _ => None,
            }
        });
        if let Some(turn) = turn {
            return turn;
        }
        match text {
            "" => Self::Nothing,
            "quit" | "exit" | "q" => Self::Quit,
            text => text
                .parse()
                .map_or_else(|_| Self::Text(text.to_owned()), Self::Button),
        }
    }
}
