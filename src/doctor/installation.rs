//! The installation that the checks examine.

use std::sync::Arc;

use tokio::sync::OnceCell;

use super::Finding;
use crate::{
    actions,
    clock::Clock,
    db::{self, DatabaseUrl, Db, FileTrouble},
    detectors::{self, Registry},
    live, program,
    settings::{InvalidSetting, Settings, Source},
    telegram::{Failure, Me, Telegram},
    web::Web,
};

pub struct Installation {
    pub source: Source,
    pub settings: Settings,
    pub registry: Registry,
    pub faults: Vec<InvalidSetting>,
    /// Or why it cannot be looked at.
    pub db: Result<Db, Finding>,
    /// `None` without a token.
    pub telegram: Option<Telegram>,
    pub web: Web,
    pub clock: Clock,
    /// The bot's own name, which several checks need.
    me: OnceCell<Result<Me, Failure>>,
}

impl Installation {
    pub async fn new(source: Source, clock: Clock) -> anyhow::Result<Self> {
        let (settings, registry, faults) =
            live::examine(&source, &actions::known(), detectors::defined);
        let metrics = Arc::new(program::metrics(&settings, &registry)?);
        let telegram = match &settings.telegram_token {
            Some(token) => Some(program::telegram(&settings, token, metrics)?),
            None => None,
        };
        Ok(Self {
            db: open(&settings.database_url).await,
            source,
            settings,
            registry,
            faults,
            telegram,
            web: Web::new()?,
            clock,
            me: OnceCell::new(),
        })
    }

    pub fn is_wrong(&self, setting: &str) -> bool {
        self.faults.iter().any(|fault| fault.name == setting)
    }

    /// The Telegram client and the bot's name; an error without a token or an answer.
    pub async fn bot(&self) -> Result<(&Telegram, &Me), Finding> {
        let nobody =
            || Finding::not_checked("the bot cannot ask Telegram", "see the check telegram");
        let telegram = self.telegram.as_ref().ok_or_else(nobody)?;
        let me = self.me.get_or_init(|| telegram.me()).await.as_ref();
        Ok((telegram, me.map_err(|_| nobody())?))
    }

    /// How Telegram takes the token; `None` without one.
    pub async fn token(&self) -> Option<&Result<Me, Failure>> {
        let telegram = self.telegram.as_ref()?;
        Some(self.me.get_or_init(|| telegram.me()).await)
    }

    pub fn db(&self) -> Result<&Db, Finding> {
        self.db.as_ref().map_err(|_| {
            Finding::not_checked("the database cannot be opened", "see the check database")
        })
    }
}

async fn open(url: &DatabaseUrl) -> Result<Db, Finding> {
    match url {
        DatabaseUrl::Sqlite(path) if !path.exists() => Err(Finding::error(
            format!("there is no file {}", path.display()),
            "check DATABASE_URL, whose path begins at the working directory",
        )),
        url => db::inspect(url)
            .await
            .map_err(|error| unusable(url, &format!("{url} cannot be opened"), &error)),
    }
}

/// Explains a database error and its remedy.
pub(super) fn unusable(url: &DatabaseUrl, failed: &str, error: &sqlx::Error) -> Finding {
    let trouble = match url {
        DatabaseUrl::Sqlite(path) => FileTrouble::of(path, error),
        DatabaseUrl::Postgres(_) => None,
    };
    match trouble {
        Some(FileTrouble { what, advice }) => Finding::error(format!("{failed}: {what}"), advice),
        None => Finding::error(
            format!("{failed}: {}", db::words(error)),
            db::advice(error).unwrap_or(
                "check DATABASE_URL, whose path begins at the working directory, the server and the account's rights",
            ),
        ),
    }
}
