use super::{Call, Command, CommandError, Reply};
use crate::{
    bot::naming,
    context::Context,
    db::Subject,
    domain::Role,
    outbox::card,
    views::{
        self, Message,
        incidents::{PAGE, Page},
        say,
    },
};

pub const COMMAND: Command = Command {
    name: "incident",
    args: "[incident]",
    role: Role::Viewer,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Reply, CommandError> {
    let Call {
        cx, args, address, ..
    } = call;
    if args.is_empty() && address.replied_to.is_none() {
        return Ok(Reply::Say(page(cx, 0).await?));
    }
    let id = naming::incident(call).await?;
    let Some(incident) = cx.db.incident(id).await? else {
        let text = say!(cx.voice(), "no-such-incident", id = id.to_string());
        return Err(CommandError::Usage(Some(text)));
    };
    let message = cx
        .telegram
        .reply(address.address(), &card(cx, &incident).await?)
        .await?;
    if incident.life.is_open() {
        let now = cx.clock.now();
        cx.db
            .keep_true(Subject::Card(id), address.chat, message, now)
            .await?;
    }
    Ok(Reply::Said)
}

/// The open incidents after the first `offset`; the last page when there are not so many any more.
pub async fn page(cx: &Context, offset: i64) -> sqlx::Result<Message> {
    let (mut incidents, all) = cx.db.open_page(offset, PAGE).await?;
    let mut offset = offset;
    if incidents.is_empty() && all > 0 {
        offset = (all - 1) / PAGE * PAGE;
        (incidents, _) = cx.db.open_page(offset, PAGE).await?;
    }
    let voice = cx.voice();
    let page = Page {
        incidents: &incidents,
        offset,
        all,
        silences: &cx.db.standing_silences(voice.now).await?,
    };
    Ok(views::incidents::incidents(&voice, &page))
}
