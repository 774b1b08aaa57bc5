//! The place of a panel in the picture.

/// Maps the days and values of a panel to positions in the picture.
pub struct Frame {
    pub left: f64,
    pub right: f64,
    pub days: f64,
}

impl Frame {
    /// A moment in days since the beginning.
    pub fn x(&self, day: f64) -> f64 {
        self.left + (self.right - self.left) * (day / self.days).clamp(0.0, 1.0)
    }

    pub fn day_width(&self) -> f64 {
        (self.right - self.left) / self.days
    }
}
