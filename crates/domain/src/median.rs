//! Medians and quantiles of a few figures.

pub(crate) fn median(figures: Vec<f64>) -> Option<f64> {
    quantile(figures, 0.5)
}

/// The figure below which this share of them lies, between the two nearest where it falls between them (type 7 of
/// Hyndman and Fan, 1996). `None` of none.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a place in a list in memory"
)]
pub(crate) fn quantile(mut figures: Vec<f64>, share: f64) -> Option<f64> {
    let last = figures.len().checked_sub(1)?;
    figures.sort_unstable_by(f64::total_cmp);
    let place = share.clamp(0.0, 1.0) * last as f64;
    let (below, above) = (place.floor() as usize, place.ceil() as usize);
    let between = place - place.floor();
    Some(figures[below] * (1.0 - between) + figures[above] * between)
}

/// How many, as a figure to calculate with.
#[expect(clippy::cast_precision_loss, reason = "a number of things in memory")]
pub(crate) fn count(things: usize) -> f64 {
    things as f64
}
