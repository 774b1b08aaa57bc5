//! The daily facts, as of now.

use crate::{context::Context, facts::Reader};

pub async fn reader(cx: &Context) -> Reader<'_> {
    let calendar = cx.settings.get().calendar();
    let today = calendar.today(cx.clock.now());
    cx.facts.reader(calendar.zone, today).await
}

/// Verifies old days; see [`Reader::follow`].
pub async fn follow(cx: &Context) -> sqlx::Result<()> {
    reader(cx).await.follow().await
}
