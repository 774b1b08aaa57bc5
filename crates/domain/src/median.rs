//! Medians and quantiles of a few figures.

/// A median absolute deviation times this is a standard deviation, of normal errors.
pub(crate) const MAD_TO_SD: f64 = 1.4826;
/// Eight of ten figures of a normal distribution lie within as many standard deviations.
pub(crate) const EIGHT_OF_TEN: f64 = 1.2816;

pub(crate) fn median(figures: Vec<f64>) -> Option<f64> {
    quantiles(figures, [0.5]).map(|[median]| median)
}

/// The figures below which these shares of them lie, each between the two nearest where it falls between them (type 7 of
/// Hyndman and Fan, 1996). `None` of none.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a place in a list in memory"
)]
pub(crate) fn quantiles<const N: usize>(
    mut figures: Vec<f64>,
    shares: [f64; N],
) -> Option<[f64; N]> {
    let last = figures.len().checked_sub(1)?;
    figures.sort_unstable_by(f64::total_cmp);
    Some(shares.map(|share| {
        let place = share * last as f64;
        let (below, above) = (place.floor() as usize, place.ceil() as usize);
        let between = place - place.floor();
        figures[below] * (1.0 - between) + figures[above] * between
    }))
}

/// How many, as a figure to calculate with.
#[expect(clippy::cast_precision_loss, reason = "a number of things in memory")]
pub(crate) fn count(things: usize) -> f64 {
    things as f64
}

/// The figure up to which half of the weight lies; figures with their weights. `None` of no weight.
pub(crate) fn weighted_median(mut figures: Vec<(f64, f64)>) -> Option<f64> {
    figures.retain(|(_, weight)| *weight > 0.0);
    figures.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
    let half = figures.iter().map(|(_, weight)| weight).sum::<f64>() / 2.0;
    let mut below = 0.0;
    let reaches_half = |(_, weight): &&(f64, f64)| {
        below += weight;
        below >= half
    };
    figures.iter().find(reaches_half).map(|(figure, _)| *figure)
}
