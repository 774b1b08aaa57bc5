//! Shows a trend in a picture.

use super::{Button, Press, PressError};
use crate::{
    bot::showing::show,
    domain::Role,
    trends::{self, TRENDS, Trend},
    views::{
        buttons::{CHART, ChartPress},
        help::note,
        say,
    },
};

pub const BUTTON: Button = Button {
    name: CHART,
    role: Role::Viewer,
    press: |press| Box::pin(chart(press)),
};

async fn chart(press: Press<'_>) -> Result<(), PressError> {
    let asked: Vec<&'static Trend> = match press.payload.parse().map_err(|_| PressError::Stale)? {
        ChartPress::All => TRENDS.iter().collect(),
        ChartPress::Of(name) => vec![trends::find(&name).ok_or(PressError::Stale)?],
    };
    // The spinner ends first, so that errors of the work are shown as a message.
    press.end_spinner("").await;
    match trends::show(press.cx, &asked).await {
        Ok((chart, message)) => show(press.cx, press.below(), chart, message).await?,
        Err(error) => {
            tracing::error!(%error, "a trend cannot be read");
            let sorry = note(&say!(press.cx.voice(), "database-down"));
            press.cx.telegram.reply(press.below(), &sorry).await?
        }
    };
    Ok(())
}
