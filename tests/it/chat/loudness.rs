//! Which messages arrive with a sound.

use super::*;

/// Tells if the alert of each severity, and the reminder of the critical one, arrived silently.
async fn silence_of_each(database: &TestDatabase, loud: &str) -> [bool; 4] {
    let scene = scene_with(database, &[("ALERT_LOUD", loud)]).await;
    faults::add_commission_outliers(database.db(), TODAY - chrono::Days::new(2), 12)
        .await
        .unwrap();
    scene.program.sweep().await;
    let warning = scene.program.hears(ALERT_CHAT, "WARNING |").await.silent;
    let critical = scene.program.hears(ALERT_CHAT, "CRITICAL |").await.silent;
    faults::stop_ingest(database.db(), TODAY - chrono::Days::new(5))
        .await
        .unwrap();
    set_balance(database, -15_000).await;
    scene.sweeps_after(database, WINDOW).await;
    let error = scene.program.hears(ALERT_CHAT, "ERROR |").await.silent;
    let reminder = scene.program.hears(ALERT_CHAT, "🚨 Still failing").await;
    [warning, error, critical, reminder.silent]
}

#[each_database]
async fn errors_and_worse_are_loud_and_warnings_and_reminders_are_not(database: TestDatabase) {
    assert_eq!(
        silence_of_each(&database, "").await,
        [true, false, false, true]
    );
}

#[each_database]
async fn loudness_is_a_setting(database: TestDatabase) {
    assert_eq!(
        silence_of_each(&database, "warning, critical, reminders").await,
        [false, true, false, false]
    );
}

#[each_database]
async fn nothing_is_loud_where_that_is_wanted(database: TestDatabase) {
    assert_eq!(
        silence_of_each(&database, "none").await,
        [true, true, true, true]
    );
}
