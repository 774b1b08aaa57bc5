use std::{fmt, str::FromStr};

use chrono::Duration;

/// The longest length that can be asked for.
const LONGEST: Duration = Duration::days(90);

/// A length of time as people type it: `30m`, `2h`, `1h30m`, `2d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(Duration);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a length such as 30m, 2h, 1h30m or 2d, of 90 days at most")]
pub struct BadSpan;

impl Span {
    pub const fn hours(hours: i64) -> Self {
        Self(Duration::hours(hours))
    }

    pub const fn of(length: Duration) -> Self {
        Self(length)
    }

    pub fn duration(self) -> Duration {
        self.0
    }
}

impl FromStr for Span {
    type Err = BadSpan;

    fn from_str(text: &str) -> Result<Self, BadSpan> {
        let mut seconds: i64 = 0;
        let mut rest = text;
        while !rest.is_empty() {
            let digits = rest
                .find(|c: char| !c.is_ascii_digit())
                .filter(|digits| (1..=6).contains(digits))
                .ok_or(BadSpan)?;
            let count: i64 = rest[..digits].parse().map_err(|_| BadSpan)?;
            let mut after = rest[digits..].chars();
            let unit = match after.next().ok_or(BadSpan)? {
                's' => 1,
                'm' => 60,
                'h' => 3_600,
                'd' => 86_400,
                _ => return Err(BadSpan),
            };
            seconds += count * unit;
            if seconds > LONGEST.num_seconds() {
                return Err(BadSpan);
            }
            rest = after.as_str();
        }
        if seconds > 0 {
            Ok(Self(Duration::seconds(seconds)))
        } else {
            Err(BadSpan)
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut left = self.0.num_seconds();
        for (unit, seconds) in [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)] {
            if left >= seconds {
                write!(f, "{}{unit}", left / seconds)?;
                left %= seconds;
            }
        }
        Ok(())
    }
}
