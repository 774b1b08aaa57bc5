//! The ops bot of the SoVAni platform.

pub mod db;
pub mod domain;
