const MB: i64 = 1024 * 1024;

/// Bytes in MB, for people: one decimal of it is right.
#[expect(clippy::cast_precision_loss, reason = "one decimal of a size in MB")]
pub fn megabytes(bytes: i64) -> f64 {
    bytes as f64 / MB as f64
}
