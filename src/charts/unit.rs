//! The unit of an axis, and how its values are written.

use super::scale::Bounds;
use crate::views::{Voice, say};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Percent,
    Milliseconds,
    Roubles,
    Megabytes,
}

/// A unit as one axis uses it: thousands of megabytes are gigabytes.
pub struct Measured {
    unit: Unit,
    /// How many of the unit are one on the axis.
    pub divisor: f64,
    /// Shown beside the title, unless each value includes it.
    pub name: Option<String>,
}

impl Unit {
    pub fn bounds(self) -> Bounds {
        match self {
            Self::Percent => Bounds::Percent,
            Self::Milliseconds | Self::Megabytes => Bounds::FromZero,
            Self::Roubles => Bounds::Free,
        }
    }

    /// For an axis up to `largest`.
    pub fn measured(self, voice: &Voice, largest: f64) -> Measured {
        let (divisor, name) = match self {
            Self::Percent => (1.0, None),
            Self::Milliseconds if largest < 1e5 => (1.0, Some(say!(voice, "unit-milliseconds"))),
            Self::Milliseconds => (1e3, Some(say!(voice, "unit-seconds"))),
            Self::Roubles if largest < 1e7 => (1.0, Some(say!(voice, "unit-roubles"))),
            Self::Roubles if largest < 1e10 => (1e6, Some(say!(voice, "unit-million-roubles"))),
            Self::Roubles => (1e9, Some(say!(voice, "unit-billion-roubles"))),
            Self::Megabytes if largest < 10_240.0 => (1.0, Some(say!(voice, "unit-megabytes"))),
            Self::Megabytes => (1024.0, Some(say!(voice, "unit-gigabytes"))),
        };
        Measured {
            unit: self,
            divisor,
            name,
        }
    }
}

impl Measured {
    /// A figure at a line of the axis, with no more digits than tell it from the next one.
    pub fn tick(&self, voice: &Voice, value: f64, step: f64) -> String {
        // A figure of this size is a fault in the data; all of its digits would leave no room for the lines.
        if step >= 1e9 {
            return format!("{value:.0e}");
        }
        let places = match step {
            step if step >= 1.0 => 0,
            step if step >= 0.1 => 1,
            _ => 2,
        };
        // Avoids "-0".
        let value = if value.abs() < step / 2.0 { 0.0 } else { value };
        let number = voice.decimal(value, places);
        match self.unit {
            Unit::Percent => say!(voice, "percent", amount = number),
            _ => number,
        }
    }
}
