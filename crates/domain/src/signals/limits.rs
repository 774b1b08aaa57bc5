//! The limits of a series, which its caller sets.

/// From this on, a difference matters to people, however certain it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// The share of what was expected that is missing: 0.2 is −20 %.
    pub fall: f64,
    /// The share of what was expected that comes on top: 0.2 is +20 %. A small promotion brings as much for some days;
    /// with 0.5 only what an import that ran twice would bring is told.
    pub rise: f64,
    /// The difference itself, in the series' own unit.
    pub sum: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    pub effect: Effect,
    /// The value of a single event in the series' own unit: 1 for units or refunds counted in pieces, the usual price
    /// of an order for revenue. Chance is that of events, not of roubles. One where it is not positive.
    pub event: f64,
}

impl Limits {
    /// 20 % less or more, of a series that counts events, and at least so many of them.
    pub const fn of_events(sum: f64) -> Self {
        let effect = Effect {
            fall: 0.2,
            rise: 0.2,
            sum,
        };
        Self { effect, event: 1.0 }
    }

    /// The same of a series in money, with the usual value of one order.
    #[must_use]
    pub const fn worth(self, event: f64) -> Self {
        Self { event, ..self }
    }
}
