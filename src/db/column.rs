//! How the domain's types stand in a column of either database.

use sqlx::{
    Decode, Encode, Postgres, Sqlite, Type, encode::IsNull, error::BoxDynError, postgres, sqlite,
};

use crate::domain::Timestamp;

impl Type<Sqlite> for Timestamp {
    fn type_info() -> sqlite::SqliteTypeInfo {
        <String as Type<Sqlite>>::type_info()
    }

    fn compatible(_: &sqlite::SqliteTypeInfo) -> bool {
        true
    }
}

impl Encode<'_, Sqlite> for Timestamp {
    fn encode_by_ref(
        &self,
        buf: &mut sqlite::SqliteArgumentsBuffer,
    ) -> Result<IsNull, BoxDynError> {
        <String as Encode<Sqlite>>::encode(self.to_string(), buf)
    }
}

impl Decode<'_, Sqlite> for Timestamp {
    fn decode(value: sqlite::SqliteValueRef<'_>) -> Result<Self, BoxDynError> {
        Ok(<&str as Decode<Sqlite>>::decode(value)?.parse()?)
    }
}

impl Type<Postgres> for Timestamp {
    fn type_info() -> postgres::PgTypeInfo {
        <chrono::NaiveDateTime as Type<Postgres>>::type_info()
    }
}

impl Encode<'_, Postgres> for Timestamp {
    fn encode_by_ref(&self, buf: &mut postgres::PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <chrono::NaiveDateTime as Encode<Postgres>>::encode(self.naive_utc(), buf)
    }
}

impl Decode<'_, Postgres> for Timestamp {
    fn decode(value: postgres::PgValueRef<'_>) -> Result<Self, BoxDynError> {
        <chrono::NaiveDateTime as Decode<Postgres>>::decode(value).map(Self::from_naive_utc)
    }
}
