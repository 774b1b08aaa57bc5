//! Two that share a database do at the same moment what only one can do.

use sovani_ops::{
    domain::{Decision, Event, Refusal, Severity},
    incidents::Happening,
};

use super::{
    ESCALATED, NOTHING_DUE, OPENED, RESOLVED, at, noon, repeated,
    stored::{checked, decisions, done, failing, newest, play},
    world::anna,
};
use crate::support::database::TestDatabase;
use Severity::{Critical, Error};

#[each_database]
async fn of_two_acknowledgements_at_once_one_is_refused(database: TestDatabase) {
    database.db().migrate().await.unwrap();
    let other = database.another_connection().await;
    checked(database.db(), &failing(Error), noon()).await;
    let id = newest(database.db()).await.unwrap().id;

    let ack = || Event::Acknowledged(anna());
    let (one, two) = tokio::join!(
        done(database.db(), id, ack(), at(1)),
        done(&other, id, ack(), at(1)),
    );

    let decisions = [one, two].concat();
    assert!(decisions.contains(&Decision::Accept));
    assert!(decisions.contains(&Decision::Refuse(Refusal::Acknowledged)));
    assert_eq!(decisions.len(), 2);
}

#[each_database]
async fn of_two_that_end_it_by_hand_at_once_one_is_refused(database: TestDatabase) {
    database.db().migrate().await.unwrap();
    let other = database.another_connection().await;
    checked(database.db(), &failing(Error), noon()).await;
    let id = newest(database.db()).await.unwrap().id;

    let resolve = || Event::Resolved(anna());
    let (one, two) = tokio::join!(
        done(database.db(), id, resolve(), at(1)),
        done(&other, id, resolve(), at(1)),
    );

    let decisions = [one, two].concat();
    assert!(decisions.contains(&RESOLVED));
    assert!(decisions.contains(&Decision::Refuse(Refusal::Closed)));
}

#[each_database]
async fn of_two_failing_checks_at_once_one_opens_the_incident(database: TestDatabase) {
    database.db().migrate().await.unwrap();
    let other = database.another_connection().await;

    let check = failing(Error);
    let (one, two) = tokio::join!(
        checked(database.db(), &check, noon()),
        checked(&other, &check, noon()),
    );

    let decisions = [one, two].concat();
    assert_eq!(
        decisions
            .iter()
            .filter(|decision| **decision == OPENED)
            .count(),
        1
    );
    assert!(decisions.contains(&repeated(300)));
    assert_eq!(newest(&other).await.unwrap().life.occurrences, 2);
    assert_eq!(other.open_incidents().await.unwrap().len(), 1);
    assert_eq!(
        database
            .number("SELECT COUNT(*) FROM ops_alerts_history")
            .await,
        1
    );
}

#[each_database]
async fn of_two_ticks_at_once_one_escalates(database: TestDatabase) {
    database.db().migrate().await.unwrap();
    let other = database.another_connection().await;
    checked(database.db(), &failing(Critical), noon()).await;

    let (one, two) = tokio::join!(
        play(database.db(), Happening::Tick, at(900)),
        play(&other, Happening::Tick, at(900)),
    );

    let decisions = [decisions(&one), decisions(&two)].concat();
    assert_eq!(
        decisions
            .iter()
            .filter(|decision| **decision == ESCALATED)
            .count(),
        1
    );
    assert!(decisions.contains(&NOTHING_DUE));
}
