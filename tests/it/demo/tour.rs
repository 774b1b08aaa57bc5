use super::{ALERTS, SOON, hears, stage};

#[tokio::test]
async fn a_command_and_a_press_are_answered_as_over_telegram() {
    let (stage, visitor) = stage().await;
    hears(&stage, "Cash balance -15000.00 RUB").await;

    visitor
        .posts(
            "/1001/-1002001/say",
            &[("text", "/remediate check_db_growth")],
        )
        .await;
    let proposal = stage.api.wait_for(SOON, |state| {
        let mut messages = state.bot_messages(ALERTS);
        messages
            .find(|message| {
                message.text.contains("remediate_vacuum_db")
                    && message.button("✅ Confirm").is_some()
            })
            .cloned()
    });
    let proposal = proposal.await.unwrap();
    let data = proposal.button("✅ Confirm").unwrap().data().unwrap();
    let form = [
        ("message", proposal.id.to_string()),
        ("data", data.to_owned()),
    ];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));

    // The stranger's press is refused, and the page says so without a script.
    let refused = visitor.posts("/3003/-1002001/press", &form).await;
    let to = refused.headers()["location"].to_str().unwrap().to_owned();
    let page = visitor.sees(&to).await;
    assert!(page.contains(r#"<p class="toast">"#), "{page}");
    assert!(
        !visitor
            .sees(&to.replace("3003", "2002"))
            .await
            .contains(r#"<p class="toast">"#)
    );

    visitor.posts("/1001/-1002001/press", &form).await;
    hears(&stage, "Database vacuumed successfully").await;
    stage.take_down().await.unwrap();
}
