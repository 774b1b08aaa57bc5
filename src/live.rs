//! The settings of a running program, and the detectors that there are under them.

use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::{
    detectors::{InvalidEntry, Registry},
    settings::{InvalidSetting, KnownNames, OPS_CONFIG, Settings, SettingsError, Source},
};

/// Gives the detectors that there are under some settings.
pub type Define = fn(&Settings) -> Result<Registry, InvalidEntry>;

/// The current settings and detectors, and their source for a reload.
#[derive(Debug)]
pub struct LiveSettings {
    current: ArcSwap<Current>,
    source: Source,
    known: KnownNames,
    define: Define,
}

/// Replaced as one, so that no detector is without its settings.
#[derive(Debug)]
struct Current {
    settings: Arc<Settings>,
    registry: Registry,
}

impl LiveSettings {
    pub fn new(source: Source, known: KnownNames, define: Define) -> Result<Self, SettingsError> {
        let (settings, registry) = load(&source, &known, define)?;
        Ok(Self {
            current: ArcSwap::from_pointee(Current {
                settings: Arc::new(settings),
                registry,
            }),
            source,
            known,
            define,
        })
    }

    /// A snapshot; use it for one task, no longer.
    pub fn get(&self) -> Arc<Settings> {
        Arc::clone(&self.current.load().settings)
    }

    /// The detectors, as a snapshot for one task too.
    pub fn registry(&self) -> Registry {
        self.current.load().registry.clone()
    }

    /// Reloads the settings. If they or the detectors that they define are invalid, the current ones stay. Returns the
    /// names of changed settings that need a restart; until then they keep their values.
    pub fn reload(&self) -> anyhow::Result<Vec<&'static str>> {
        let source = self.source.reread()?;
        let (newer, _) = load(&source, &self.known, self.define)?;
        let (settings, waiting) = newer.in_place_of(&self.get())?;
        // Of the settings as they will be: those that need a restart keep their values.
        let registry = (self.define)(&settings)?.continuing(&self.registry());
        settings.warn(&source);
        self.current.store(Arc::new(Current {
            settings: Arc::new(settings),
            registry,
        }));
        Ok(waiting)
    }
}

fn load(
    source: &Source,
    known: &KnownNames,
    define: Define,
) -> Result<(Settings, Registry), SettingsError> {
    let (settings, registry, faults) = examine(source, known, define);
    if faults.is_empty() {
        Ok((settings, registry))
    } else {
        Err(SettingsError(faults))
    }
}

/// Loads them for callers that continue despite errors: invalid settings have their defaults, and without valid
/// definitions there are the built-in detectors.
pub fn examine(
    source: &Source,
    known: &KnownNames,
    define: Define,
) -> (Settings, Registry, Vec<InvalidSetting>) {
    let (settings, mut faults) = Settings::examine(source, known);
    let registry = define(&settings).unwrap_or_else(|error| {
        faults.push(InvalidSetting {
            name: OPS_CONFIG,
            problem: error.to_string(),
        });
        Registry::built_in()
    });
    (settings, registry, faults)
}
