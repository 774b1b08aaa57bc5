//! The ops bot of the SoVAni platform: detectors, alerts, remediation and service levels, from a Telegram chat.
//!
//! Dependence has one direction. From the bottom: [`domain`] (pure), [`trust`], [`small_file`] · [`db`] · [`incidents`] · [`clock`], [`disk`], [`settings`], [`metrics`],
//! [`service_manager`], [`watchdog`], [`held_lease`] · [`backup`], [`facts`], [`web`] · [`views`] · [`charts`], [`detectors`] · [`live`], [`telegram`] ·
//! [`context`] · [`trends`] · [`actions`] · [`outbox`] · [`ops`], the use cases · [`bot`], [`http`], [`jobs`], the doors, which never call each
//! other · [`program`] · [`doctor`], [`setup`] · [`standin`], [`demo`] · [`cli`]. `ARCHITECTURE.md` has the map, and a test holds
//! the code to it.
//!
//! Deliberately absent: message text outside `views`, SQL outside `db`, calls to Telegram outside `telegram` and the
//! poller, a clock inside `domain`, state in memory that the database does not have.

#[doc(inline)]
pub use bot_api_standin as standin;
#[doc(inline)]
pub use sovani_domain as domain;

pub mod actions;
pub mod backup;
pub mod bot;
pub mod charts;
pub mod cli;
pub mod clock;
pub mod context;
pub mod db;
pub mod demo;
pub mod detectors;
pub mod disk;
pub mod doctor;
pub mod facts;
pub mod held_lease;
pub mod http;
pub mod incidents;
pub mod jobs;
pub mod live;
pub mod metrics;
pub mod ops;
pub mod outbox;
pub mod program;
pub mod service_manager;
pub mod settings;
pub mod setup;
pub mod small_file;
pub mod telegram;
pub mod trends;
pub mod trust;
pub mod views;
pub mod watchdog;
pub mod web;
