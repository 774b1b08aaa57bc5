//! The ops bot of the SoVAni platform.

pub mod standin;
