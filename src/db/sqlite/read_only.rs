//! Connections on which nothing can be written, for queries that others have put together.

use std::{path::Path, sync::Arc};

use sqlx::SqlitePool;

use super::{ACQUIRE_TIMEOUT, LOOK_TIMEOUT, examine, file::File, options, pool_options};

/// Connects when it is first used.
pub async fn read_only(path: &Path, connections: u32) -> sqlx::Result<SqlitePool> {
    examine(path).await?;
    let file = Arc::new(File::at(path));
    let options = options(path, LOOK_TIMEOUT)
        .read_only(true)
        .pragma("query_only", "ON");
    let pool = pool_options(&file)
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT);
    Ok(pool.connect_lazy_with(options))
}
