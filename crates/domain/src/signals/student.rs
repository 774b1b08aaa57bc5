//! Student's distribution, whose tails are heavier than the normal one's.

/// Scores of quiet days exceed what a normal distribution says; on generated series without a fault (seeds for tuning)
/// they stay below ten degrees of freedom.
const DEGREES: f64 = 10.0;
/// The strongest of three windows that overlap is about the stronger of two independent ones.
const TESTS: f64 = 2.0;

/// The probability that the strongest evidence of a quiet day scores at least this. Abramowitz and Stegun, 26.7.4, for
/// ten degrees of freedom.
pub fn chance_of(score: f64) -> f64 {
    let angle = (score / DEGREES.sqrt()).atan();
    let squared = angle.cos().powi(2);
    let fourth = 5.0 / 16.0 + squared * 35.0 / 128.0;
    let series = 1.0 + squared * (1.0 / 2.0 + squared * (3.0 / 8.0 + squared * fourth));
    let tail = (1.0 - angle.sin() * series) / 2.0;
    (TESTS * tail).clamp(0.0, 1.0)
}
