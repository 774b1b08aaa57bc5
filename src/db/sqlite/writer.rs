//! The one connection on which this program writes. `SQLite` lets in one writer at a time anyway, and tells a connection
//! when *another* one has committed: so it is known without looking that nobody else has written.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sqlx::{SqlitePool, sqlite::SqliteConnectOptions};

use super::{
    BUSY_TIMEOUT,
    file::File,
    kept_figures::{KeptFigures, TablesState},
    limit, pool_options,
};

/// How long to wait for the connection. A write under way is over sooner, unless another program holds the lock; then
/// counting again takes less time than waiting.
const ASKED_WITHIN: Duration = Duration::from_millis(50);

#[derive(Clone, Debug)]
pub struct Writer {
    /// Of one connection.
    pool: SqlitePool,
    /// How many connections it has been so far.
    opened: Arc<AtomicU64>,
    kept: Arc<KeptFigures>,
}

impl Writer {
    /// Connects when it is first used.
    pub(super) fn new(options: SqliteConnectOptions, file: &Arc<File>) -> Self {
        let opened = Arc::<AtomicU64>::default();
        let count = Arc::clone(&opened);
        let pool = pool_options(file)
            .max_connections(1)
            // A newer one would not know what others have written before it.
            .idle_timeout(None)
            .max_lifetime(None)
            .acquire_timeout(BUSY_TIMEOUT)
            .after_connect(move |connection, _| {
                count.fetch_add(1, Ordering::Relaxed);
                Box::pin(limit(connection))
            })
            .connect_lazy_with(options);
        Self {
            pool,
            opened,
            kept: Arc::default(),
        }
    }

    pub fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    pub fn kept(&self) -> &KeptFigures {
        &self.kept
    }

    /// `own` counts this program's writes to the platform's tables. `None` if the connection is in use for longer, or fails:
    /// then others may have written.
    pub async fn tables_state(&self, own: u64) -> Option<TablesState> {
        let asked = async {
            let mut used = self.pool.acquire().await?;
            let connection = self.opened.load(Ordering::Relaxed);
            let version = sqlx::query_scalar("PRAGMA data_version")
                .fetch_one(&mut *used)
                .await?;
            Ok::<_, sqlx::Error>(TablesState {
                connection,
                version,
                own,
            })
        };
        tokio::time::timeout(ASKED_WITHIN, asked).await.ok()?.ok()
    }
}
