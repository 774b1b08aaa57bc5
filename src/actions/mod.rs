//! The actions. Each is a file, a line in [`ACTIONS`], and names the detectors whose faults it remedies.

pub mod clear_cache;
mod command;
mod configured;
pub mod end_longest_query;
mod http_call;
pub mod notify_admin;
pub mod restart_scheduler;
mod seal;
mod systemd;
pub mod vacuum_db;

use std::{collections::HashSet, sync::Arc, time::Duration};

use futures::future::BoxFuture;

pub use self::systemd::restart as restart_unit;
use crate::{
    context::Context,
    db::DatabaseUrl,
    detectors::{self, Registry},
    domain::{Check, Failing, Incident, Mode, Plan, Session, Who},
    settings::{ActionEntry, CustomAction, KnownAction, KnownNames, Settings},
};

/// Time limit for predicting an action's effect.
const PLAN_WITHIN: Duration = Duration::from_secs(10);

pub struct Action {
    /// Its description, shown before confirmation, is the text `action-…` of the catalogue.
    pub name: &'static str,
    pub mapped_to: &'static [&'static str],
    /// Unless the settings say otherwise.
    pub mode: Mode,
    pub postgres_only: bool,
    /// Tells if `limit` in `sovani-ops.toml` applies to it.
    pub has_limit: bool,
    /// The longest that one attempt may take.
    pub timeout: Duration,
    pub run: for<'a> fn(Task<'a>) -> BoxFuture<'a, Result<String, ActionError>>,
    /// The settings that determine what a run does.
    pub rests_on: fn(&Settings) -> Vec<String>,
    /// The reason why no run can succeed under these settings: something that only an operator can set is not set. It is
    /// then not offered, and never runs automatically.
    pub lacks: fn(&Settings) -> Option<&'static str>,
    /// Predicts the effect of a run; changes nothing.
    pub plan: for<'a> fn(&'a Context) -> BoxFuture<'a, anyhow::Result<Plan>>,
}

/// The input of an action's run.
#[derive(Clone, Copy)]
pub struct Task<'a> {
    pub cx: &'a Context,
    /// The settings that the confirmed proposal was compared with.
    pub settings: &'a Settings,
    /// The fault, as the detector saw it last.
    pub check: &'a Check,
    /// The incident of the fault, if there is one.
    pub incident: Option<i64>,
    /// The author of the run.
    pub who: &'a Who,
    /// The database session that was shown in the confirmed proposal.
    pub session: Option<Session>,
}

#[derive(Debug, thiserror::Error)]
pub enum ActionError {
    /// Trying again would not help.
    #[error("{0}")]
    Final(String),
    #[error("{0:#}")]
    Retry(#[from] anyhow::Error),
}

impl ActionError {
    pub fn failing(&self) -> Failing {
        match self {
            Self::Final(_) => Failing::ForGood,
            Self::Retry(_) => Failing::ForNow,
        }
    }
}

pub static ACTIONS: &[Action] = &[
    clear_cache::ACTION,
    restart_scheduler::ACTION,
    notify_admin::ACTION,
    vacuum_db::ACTION,
    end_longest_query::ACTION,
];

/// An action under the mode that the settings give it.
#[derive(Clone)]
pub struct Remedy {
    pub mode: Mode,
    doing: Doing,
}

#[derive(Clone)]
enum Doing {
    BuiltIn(&'static Action),
    Configured {
        name: String,
        custom: Arc<CustomAction>,
    },
}

impl Remedy {
    fn built_in(action: &'static Action, settings: &Settings) -> Self {
        let mut entries = settings.actions().iter();
        let entry = entries.find(|entry| entry.name == action.name);
        Self {
            mode: entry.and_then(|entry| entry.mode).unwrap_or(action.mode),
            doing: Doing::BuiltIn(action),
        }
    }

    fn configured(entry: &ActionEntry) -> Option<Self> {
        let custom = entry.custom.as_ref()?;
        Some(Self {
            mode: entry.mode.unwrap_or(Mode::Auto),
            doing: Doing::Configured {
                name: entry.name.clone(),
                custom: Arc::clone(custom),
            },
        })
    }

    pub fn name(&self) -> &str {
        match &self.doing {
            Doing::BuiltIn(action) => action.name,
            Doing::Configured { name, .. } => name,
        }
    }

    /// Tells if the catalogues describe it.
    pub fn is_built_in(&self) -> bool {
        matches!(self.doing, Doing::BuiltIn(_))
    }

    /// The reason why no run can succeed under these settings, if there is one.
    pub fn lacks(&self, settings: &Settings) -> Option<&'static str> {
        match &self.doing {
            Doing::BuiltIn(action) => (action.lacks)(settings),
            Doing::Configured { .. } => None,
        }
    }

    /// The longest that one attempt may take.
    pub fn timeout(&self) -> Duration {
        match &self.doing {
            Doing::BuiltIn(action) => action.timeout,
            Doing::Configured { custom, .. } => custom.timeout,
        }
    }

    pub async fn run(&self, task: Task<'_>) -> Result<String, ActionError> {
        match &self.doing {
            Doing::BuiltIn(action) => (action.run)(task).await,
            Doing::Configured { custom, .. } => configured::run(task, custom).await,
        }
    }

    /// The predicted effect of a run, or the reason why it is unknown.
    pub async fn plan(&self, cx: &Context) -> Plan {
        let action = match &self.doing {
            Doing::BuiltIn(action) => action,
            Doing::Configured { custom, .. } => return configured::plan(custom),
        };
        match tokio::time::timeout(PLAN_WITHIN, (action.plan)(cx)).await {
            Ok(Ok(plan)) => plan,
            Ok(Err(error)) => Plan::InVain(format!("{error:#}")),
            Err(_) => Plan::InVain(format!("no answer within {}s", PLAN_WITHIN.as_secs())),
        }
    }
}

/// The names that `sovani-ops.toml` may use.
pub fn known() -> KnownNames {
    let actions = ACTIONS.iter().map(|action| KnownAction {
        name: action.name,
        has_limit: action.has_limit,
    });
    KnownNames {
        detectors: Registry::built_in()
            .iter()
            .map(|detector| detector.name().to_owned())
            .collect(),
        thresholds: detectors::thresholds(),
        actions: actions.collect(),
    }
}

/// Every action that there is.
pub fn names(settings: &Settings) -> Vec<String> {
    let built_in = ACTIONS.iter().map(|action| action.name);
    let configured = settings.actions().iter().map(|entry| entry.name.as_str());
    let mut names: Vec<_> = built_in.chain(configured).map(str::to_owned).collect();
    let mut seen = HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}

/// Each detector whose faults an action remedies, with that action.
pub fn mapping<'a>(settings: &Settings, registry: &'a Registry) -> Vec<(&'a str, Remedy)> {
    registry
        .names()
        .into_iter()
        .flat_map(|detector| {
            let remedies = remedies(settings, detector).into_iter();
            remedies.map(move |remedy| (detector, remedy))
        })
        .collect()
}

/// Tells if the incident's message has a button for remediation.
pub fn is_offered(settings: &Settings, registry: &Registry, incident: &Incident) -> bool {
    let Incident {
        source,
        fingerprint,
        ..
    } = incident;
    settings.remediation_enabled
        && registry.find(source).is_ok()
        && !detectors::has_no_remedy(source, fingerprint)
        && remedies(settings, source)
            .iter()
            .any(|remedy| remedy.mode != Mode::Off && remedy.lacks(settings).is_none())
}

/// The actions that remedy the detector's faults, the built-in one first.
pub fn remedies(settings: &Settings, detector: &str) -> Vec<Remedy> {
    let on_postgres = matches!(settings.database_url, DatabaseUrl::Postgres(_));
    let built_in = ACTIONS
        .iter()
        .filter(|action| {
            action.mapped_to.contains(&detector) && (on_postgres || !action.postgres_only)
        })
        .map(|action| Remedy::built_in(action, settings));
    let check = settings
        .sql_checks()
        .iter()
        .find(|check| check.name == detector);
    let named = check.and_then(|check| check.action.as_deref());
    let is_bound = |entry: &&ActionEntry| {
        let custom = entry.custom.as_ref();
        custom.is_some_and(|custom| custom.detectors.iter().any(|name| name == detector))
            || named == Some(entry.name.as_str())
    };
    let configured = settings.actions().iter().filter(is_bound);
    built_in
        .chain(configured.filter_map(Remedy::configured))
        .collect()
}
