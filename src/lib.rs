//! The ops bot of the SoVAni platform.
