//! The vertical axis: its range and its grid lines.

/// Beyond this a figure is no figure: a platform's whole turnover is far below it.
const LARGEST: f64 = 1e15;
/// About as many steps as the eye takes in.
const STEPS: f64 = 5.0;
/// A line that rises by less than this part of its height is drawn flat.
const LEAST_SPAN: f64 = 0.02;

/// The range of the axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bounds {
    /// At most 100, unless something exceeds it.
    Percent,
    /// From zero upwards.
    FromZero,
    /// Around what there is.
    Free,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    pub low: f64,
    pub high: f64,
    pub ticks: Vec<f64>,
    /// Between two ticks.
    pub step: f64,
}

/// Clamps to the drawable range; `None` for NaN.
pub fn drawable(value: f64) -> Option<f64> {
    value.is_finite().then(|| value.clamp(-LARGEST, LARGEST))
}

impl Scale {
    /// Takes in all the values, which are drawable.
    pub fn around(values: impl IntoIterator<Item = f64>, bounds: Bounds) -> Self {
        let (mut low, mut high) = values
            .into_iter()
            .filter_map(drawable)
            .fold(None, |range: Option<(f64, f64)>, value| match range {
                Some((low, high)) => Some((low.min(value), high.max(value))),
                None => Some((value, value)),
            })
            .unwrap_or((0.0, 0.0));
        let largest = low.abs().max(high.abs());
        match bounds {
            Bounds::Percent => {
                high = high.max(100.0);
                low = low.min(high - 2.0);
            }
            Bounds::FromZero => {
                low = low.min(0.0);
                high = high.max(low + 1.0);
            }
            Bounds::Free => {
                let lacking = (largest * LEAST_SPAN).max(4.0) - (high - low);
                if lacking > 0.0 {
                    low -= lacking / 2.0;
                    high += lacking / 2.0;
                }
            }
        }
        let step = round_step((high - low) / STEPS);
        let (first, last) = ((low / step).floor(), (high / step).ceil());
        let mut ticks = Vec::new();
        let mut tick = first;
        while tick <= last {
            ticks.push(tick * step);
            tick += 1.0;
        }
        // A line may come out a rounding error short of the value that it is drawn for.
        Self {
            low: low.min(first * step),
            high: high.max(last * step),
            ticks,
            step,
        }
    }

    /// The position of a value, from 0 at the bottom to 1 at the top.
    pub fn place(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }
}

/// The next of 1, 2, 5, 10, 20, 50 and so on.
fn round_step(step: f64) -> f64 {
    let power = 10f64.powf(step.log10().floor());
    let digits = [1.0, 2.0, 5.0].into_iter();
    digits
        .map(|digit| digit * power)
        .find(|round| *round >= step * 0.999)
        .unwrap_or(10.0 * power)
}
