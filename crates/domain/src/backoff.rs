use std::time::Duration;

/// The wait before attempt `attempt + 1`: doubling from `base` up to `cap`, with the upper half jittered so that tasks
/// that failed together do not retry together. `jitter` is in `0.0..1.0`.
pub fn backoff(attempt: u32, base: Duration, cap: Duration, jitter: f64) -> Duration {
    let doubled = base.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)));
    doubled.min(cap).mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
}
