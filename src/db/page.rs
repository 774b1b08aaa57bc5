//! Pages of a list: the newest one, and those beside a row.

/// Some rows, the newest first, and how many there are on either side of them.
#[derive(Clone, Debug)]
pub struct Page<R> {
    pub rows: Vec<R>,
    pub newer: i64,
    pub older: i64,
}

impl<R> Default for Page<R> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            newer: 0,
            older: 0,
        }
    }
}

/// The way from the row with this id to the next page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    Newer(i64),
    Older(i64),
}

/// A list that is read by pages.
pub(super) trait List {
    type Row;

    fn id(row: &Self::Row) -> i64;

    async fn newest(&self, limit: i64) -> sqlx::Result<Vec<Self::Row>>;

    /// Those next to the row with this id, the newest first.
    async fn beside(&self, turn: Turn, limit: i64) -> sqlx::Result<Vec<Self::Row>>;

    /// How many there are that are newer than the one, and how many that are older than the other.
    async fn around(&self, first: i64, last: i64) -> sqlx::Result<(i64, i64)>;
}

/// The newest page, or the one next to a row; a page towards the newest that would not be full is the newest.
/// `None` when there is nothing beyond that row, or the row itself is gone.
pub(super) async fn page<L: List>(
    list: &L,
    limit: i64,
    turn: Option<Turn>,
) -> sqlx::Result<Option<Page<L::Row>>> {
    let beside = match turn {
        Some(turn) => list.beside(turn, limit).await?,
        None => Vec::new(),
    };
    let rows = match turn {
        Some(Turn::Older(_)) if beside.is_empty() => return Ok(None),
        Some(Turn::Older(_)) => beside,
        Some(Turn::Newer(_)) if is_full(&beside, limit) => beside,
        Some(Turn::Newer(_)) | None => list.newest(limit).await?,
    };
    let (newer, older) = match (rows.first(), rows.last()) {
        (Some(newest), Some(oldest)) => list.around(L::id(newest), L::id(oldest)).await?,
        _ => (0, 0),
    };
    Ok(Some(Page { rows, newer, older }))
}

fn is_full<R>(rows: &[R], limit: i64) -> bool {
    i64::try_from(rows.len()).is_ok_and(|found| found == limit)
}
