//! Names and values as people write them, and what each looks like.
//!
//! Secrets here are made up. `¦` stands in their middle and is taken out at run time, so that no
//! scanner takes this file for a leak. Cases with an address come from a report to another tool.

use tripod_model::SecretKind::{self, *};

use super::super::clean::kind;

/// Secrets, which must not be missed. One a line, however long.
#[rustfmt::skip]
const SECRETS: &[(&str, &str, SecretKind)] = &[
    // Names, however they are written.
    ("DB_PASSWORD", "correct-horse-battery", NamedSecret),
    ("dbPassword", "correct-horse-battery", NamedSecret),
    ("db-password", "correct-horse-battery", NamedSecret),
    ("spring.datasource.password", "correct-horse-battery", NamedSecret),
    ("DBPassword", "correct-horse-battery", NamedSecret),
    ("PGPASSWORD", "correct-horse-battery", NamedSecret),
    ("MYSQL_ROOT_PASSWORD", "root", NamedSecret),
    ("SMTP_PASS", "Sommer2024!", NamedSecret),
    ("RedisPwd", "s3cr3t", NamedSecret),
    ("DB_PASSWORT", "grauer-Reiher-9", NamedSecret),
    ("PASSWORD", "12345678", NamedSecret),
    ("ApiKey", "4f1c9a7be2d80356", NamedSecret),
    ("APIKey", "4f1c9a7be2d80356", NamedSecret),
    ("apikey", "4f1c9a7be2d80356", NamedSecret),
    ("x-api-key", "4f1c9a7be2d80356", NamedSecret),
    ("X_API_KEY_2", "4f1c9a7be2d80356", NamedSecret),
    ("CLIENT_SECRET", "correct-horse-battery", NamedSecret),
    ("clientSecret", "correct-horse-battery", NamedSecret),
    ("AUTH_TOKEN", "tok_live_8f1c2d", NamedSecret),
    ("authtoken", "tok_live_8f1c2d", NamedSecret),
    ("GITHUB_PAT", "0123456789abcdef0123456789abcdef01234567", NamedSecret),
    ("DATADOG_API_KEY", "0123456789abcdef0123456789abcdef", NamedSecret),
    ("STRIPE_WEBHOOK_SECRET", "correct-horse-battery", NamedSecret),
    ("JWT_SIGNING_KEY", "correct-horse-battery", NamedSecret),
    ("ENCRYPTION_KEY", "vB8/1x==not-a-uuid", NamedSecret),
    ("SESSION_KEY", "correct-horse-battery", NamedSecret),
    ("SERVICE_ACCOUNT_KEY", "correct-horse-battery", NamedSecret),
    ("DJANGO_SECRET_KEY", "django-insecure-#1f(x", NamedSecret),
    ("API_KEY", "3f2504e0-4f89-11d3-9a0c-0305e82c3301", NamedSecret),
    ("HASHED_PASSWORD", "$2b$12$KIXl6F3vQmE1", NamedSecret),
    ("DB_PASSWORD", "$ecret123", NamedSecret),
    ("DB_PASSWORD", "pa$$word", NamedSecret),
    ("DB_PASSWORD", "correct horse battery staple", NamedSecret),
    ("DB_PASSWORD", "  hunter2-hunter2\n", NamedSecret),
    ("DB_PASSWORD", "supersecretpassword", NamedSecret),
    ("Authorization", "Token 8f1c2d9e7a", NamedSecret),
    ("CREDENTIALS", "claims:hunter2-hunter2", NamedSecret),
    // https://github.com/prowler-cloud/prowler/issues/900
    ("PASSWORD1", "rs.z5v9fI<alU(xUCG5oG%qL", NamedSecret),
    ("PASSWORD2", "=hq3v-z7h38V=29fiRx=U7p4", NamedSecret),
    // https://github.com/DefangLabs/defang/pull/1096
    ("API_KEY", "50m34p1k3y", NamedSecret),
    // AWS.
    ("AWS_ACCESS_KEY_ID", "AKIA¦IOSFODNN7EXAMPLE", AwsAccessKeyId),
    ("SETTING", "ASIA¦IOSFODNN7EXAMPLE", AwsAccessKeyId),
    ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/¦bPxRfiCYEXAMPLEKEY", AwsSecretAccessKey),
    ("awsSecretKey", "wJalrXUtnFEMI/K7MDENG/¦bPxRfiCYEXAMPLEKEY", AwsSecretAccessKey),
    ("KEYS", "AKIA¦IOSFODNN7EXAMPLE:wJalrXUtnFEMI/K7MDENG/¦bPxRfiCYEXAMPLEKEY", AwsSecretAccessKey),
    ("CREDENTIALS_FILE", "[default]\naws_access_key_id = AKIA¦IOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/¦bPxRfiCYEXAMPLEKEY\n", AwsSecretAccessKey),
    ("SETTING", "IQoJb3JpZ2lu¦X2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQ", AwsSessionToken),
    ("SETTING", "FwoGZXIvYXdz¦EJr//////////wEaDHh5eXl6enp6enp6eg", AwsSessionToken),
    ("CODE", "https://b.s3.amazonaws.com/k?X-Amz-Expires=600&X-Amz-Signature=¦fe8a9c0b1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f60718293a4b5c6d7e8f9a0b1c2", PresignedUrl),
    ("CODE", "https://d111.cloudfront.net/a?Expires=1&Signature=¦nitfHRCrtziwO2HwPfWw~yYDhUF5EwRunQA-j19DzZ&Key-Pair-Id=K1", PresignedUrl),
    ("BLOB", "https://a.blob.core.windows.net/c?sv=2022&sig=¦Z5W0v2b7kq3m9L1x8N4c6R0t2Y5u7I9o1P3a5S7d9F0%3D", PresignedUrl),
    ("BEDROCK", "ABSK¦QmVkcm9ja0FQSUtleS1hYmNkLWF0LTExMTEyMjIyMzMzMzpBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWmFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6MDEyMzQ1", ServiceToken),
    // Private keys.
    ("KEY", "-----BEGIN RSA ¦PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END RSA ¦PRIVATE KEY-----", PrivateKey),
    ("KEY", "-----BEGIN ¦PRIVATE KEY-----\\nMIIEowIBAAKCAQEA\\n-----END ¦PRIVATE KEY-----\\n", PrivateKey),
    ("KEY", "-----BEGIN OPENSSH ¦PRIVATE KEY----- b3BlbnNzaC1rZXktdjEA -----END OPENSSH ¦PRIVATE KEY-----", PrivateKey),
    ("KEY", "-----BEGIN PGP ¦PRIVATE KEY BLOCK-----\nxcFGBF\n", PrivateKey),
    ("KEY", "MIIEvQ¦IBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDJ5x1q2w3e4r5t6y7u8i9o0paAbBcCdDeEfFgGhHiIjJkKlLmMnN", PrivateKey),
    ("GCP", "{\"type\":\"service_account\",\"private_key\":\"-----BEGIN ¦PRIVATE KEY-----\\nMIIE\\n-----END ¦PRIVATE KEY-----\\n\"}", PrivateKey),
    // Tokens with a mark.
    ("A", "ghp_¦a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2", ServiceToken),
    ("A", "github_pat_¦11AAAAAAA0abcdefghijkl_mnopqrstuvwxyz", ServiceToken),
    ("A", "glpat-¦z0sxgtrfAxKr8q1TPY8Y", ServiceToken),
    ("A", "glrt-¦t3_yNryqXxFsWGm6pGyyB3", ServiceToken),
    ("A", "xoxb-¦123456789012-abcdefghij", ServiceToken),
    ("A", "https://hooks.slack.com/services/¦T00000000/B00000000/XXXXXXXXxxxxxxxx12345678", ServiceToken),
    ("A", "sk_live_¦4eC39HqLyjWDarjtT1zdp7dc", ServiceToken),
    ("A", "rk_test_¦4eC39HqLyjWDarjtT1zdp7dc", ServiceToken),
    ("A", "npm_¦a1B2c3D4e5F6a1B2c3D4e5F6a1B2c3D4e5F6", ServiceToken),
    ("A", "SG.¦a1B2c3D4e5F6a1B2.c3D4e5F6a1B2c3D4e5F6a1B2", ServiceToken),
    ("A", "AIza¦SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q", ServiceToken),
    ("A", "GOCSPX-¦a1B2c3D4e5F6a1B2c3D4e5F6a1B2", ServiceToken),
    ("A", "sk-ant-¦api03-a1B2c3D4e5F6a1B2c3D4e5F6", ServiceToken),
    ("A", "sk-proj-¦a1B2c3D4e5F6a1B2T3Blbk¦FJa1B2c3D4e5F6a1B2c3D4", ServiceToken),
    ("A", "hvs.¦CAESIJlWh6a1B2c3D4e5F6a1B2c3D4", ServiceToken),
    ("A", "dop_v1_¦0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", ServiceToken),
    ("A", "dapi¦0123456789abcdef0123456789abcdef", ServiceToken),
    ("A", "shpat_¦0123456789abcdef0123456789abcdef", ServiceToken),
    ("A", "hf_¦abcdefghijklmnopqrstuvwxyzABCDEFGH", ServiceToken),
    ("A", "gsk_¦a1B2c3D4e5F6a1B2c3D4e5F6a1B2c3D4e5F6a1B2c3D4e5F6a1B2", ServiceToken),
    ("A", "xkeysib-¦0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef-a1B2c3D4e5F6a1B2", ServiceToken),
    ("A", "abc8Q~¦a1B2c3D4e5F6a1B2c3D4e5F6a1B2c3D4", ServiceToken),
    ("A", "110201543:A¦AHdqTcvCH1-vGWJxfSeofSAs0K5PALDsaw", ServiceToken),
    ("A", "key-¦0123456789abcdef0123456789abcdef", ServiceToken),
    ("A", "eyJhbGciOiJIUzI1NiJ9¦.eyJzdWIiOiIxIn0xx¦.c2lnbmF0dXJl", JsonWebToken),
    ("A", "Bearer eyJhbGciOiJIUzI1NiJ9¦.eyJzdWIiOiIxIn0xx¦.c2lnbmF0dXJl", JsonWebToken),
    // Connection strings.
    ("DATABASE_URL", "postgres://claims:¦s3cr3tpw@db.internal:5432/claims", ConnectionString),
    ("DATABASE_URL", "postgres://claims:¦pa$$word@db.internal/claims", ConnectionString),
    ("DATABASE_URL", "mysql://root:¦p@ssw0rd@db.internal/claims", ConnectionString),
    ("REDIS", "rediss://:¦s3cr3tpw@cache.internal:6379/0", ConnectionString),
    ("MONGO", "mongodb+srv://app:¦s3cr3tpw@c0.abcde.mongodb.net/?retryWrites=true", ConnectionString),
    ("AMQP", "amqps://app:¦s3cr3tpw@b-1.mq.eu-central-1.amazonaws.com:5671", ConnectionString),
    ("PROXY", "http://user:¦s3cr3tpw@proxy.internal:3128", ConnectionString),
    ("DB", "Server=db;User=a;¦Password=s3cr3tpw;", ConnectionString),
    ("DB", "Server=tcp:db.example,1433;Initial Catalog=c;User ID=a;¦Password=s3cr3tpw", ConnectionString),
    ("BUS", "Endpoint=sb://b.servicebus.windows.net/;SharedAccessKeyName=k;¦SharedAccessKey=q7Rk2vXz9LmN4pTbW8sYd3FgH6jKc1Qa=", ConnectionString),
    ("STORE", "DefaultEndpointsProtocol=https;AccountName=a;¦AccountKey=q7Rk2vXz9LmN4pTbW8sYd3FgH6jKc1Qaq7Rk2vXz9LmN4pTbW8sYd3FgH6jKc1QaAAAAAAAAAAAAAAAAAAAAAA==", ServiceToken),
    ("DSN", "host=db user=claims password=s3cr3tpw dbname=claims", NamedSecret),
    ("JDBC", "jdbc:mysql://db/claims?user=claims&password=s3cr3tpw", NamedSecret),
    ("HOOK", "https://f.azurewebsites.net/api/x?code=q7Rk2vXz9LmN", NamedSecret),
    ("HOOK", "https://api.example.org/v1?api_key=q7Rk2vXz9LmN", NamedSecret),
    // Secrets inside of values.
    ("DB_CONFIG", "{\"username\":\"claims\",\"password\":\"hunter2-hunter2\"}", NamedSecret),
    ("CONFIG", "{\"services\":[{\"name\":\"a\",\"apiKey\":\"4f1c9a7be2d80356\"}]}", NamedSecret),
    ("CREDENTIALS", "{\"claims\":\"hunter2-hunter2\"}", NamedSecret),
    ("CONFIG", "{\"inner\":\"{\\\"token\\\":\\\"tok_live_8f1c2d\\\"}\"}", NamedSecret),
    ("DOTENV", "STAGE=prod\nDB_PASSWORD=hunter2-hunter2\nTTL=3\n", NamedSecret),
    ("YAML", "db:\n  user: claims\n  password: hunter2-hunter2\n", NamedSecret),
    ("HEADERS", "Accept: */*\r\nAuthorization: Basic Y2xhaW1zOmh1bnRlcjItaHVudGVyMg==\r\n", NamedSecret),
    ("COMMAND", "psql --host db --password hunter2-hunter2", NamedSecret),
    ("COMMAND", "run --token=tok_live_8f1c2d --verbose", NamedSecret),
    ("JAVA_OPTS", "-Xmx512m -Djavax.net.ssl.keyStorePassword=hunter2-hunter2", NamedSecret),
    // {"password":"hunter2-hunter2"} in base64.
    ("BLOB", "eyJwYXNzd29yZCI6Imh1bnRlcjItaHVudGVyMiJ9", NamedSecret),
    ("Description", "Call it with the password: Sommer2024!", NamedSecret),
    ("Description", "old key q7Rk2vXz9LmN4pTbW8sYd3FgH6jKc1QaZe5U", HighEntropy),
    // Mappings of API Gateway.
    ("integration.request.header.X-Api-Key", "'4f1c9a7be2d80356'", NamedSecret),
    ("integration.request.header.Authorization", "'Token 8f1c2d9e7a'", NamedSecret),
    ("append:header.x-api-key", "4f1c9a7be2d80356", NamedSecret),
    // Nothing but chance.
    ("BLOB", "q7Rk2vXz9LmN4pTbW8sYd3FgH6jKc1QaZe5U", HighEntropy),
    ("BLOB", "dGhpcyBpcyBu3Gf0IGEgdGV4dMP/8J+Yg4CA/7u/AB==", HighEntropy),
];

/// Settings, which must not be called secrets. One a line, however long.
#[rustfmt::skip]
const SETTINGS: &[(&str, &str)] = &[
    ("STAGE", "production"),
    ("LOG_LEVEL", "INFO"),
    ("TABLE", "claims-prod-eu-central-1"),
    ("EMPTY", ""),
    ("DB_PASSWORD", ""),
    // Names that only sound like it.
    ("KEYBOARD", "qwertyuiop"),
    ("TOKENIZER", "whitespace-and-more"),
    ("MONKEY", "chimpanzee"),
    ("COMPASS", "north-by-northwest"),
    ("PASSPORT_ISSUER", "Bundesdruckerei"),
    ("BYPASS_CACHE", "for-some-routes"),
    ("PASS_RATE", "ninety-percent"),
    ("PARTITION_KEY", "customerNumber"),
    ("SECRETARY", "Frau Reiher, Raum 9"),
    ("AUTHOR", "claims-team"),
    ("SORT_KEY", "createdAt#desc"),
    // Names that say where, which or how long.
    ("SECRET_ARN", "anything-at-all"),
    ("SECRET_NAME", "anything-at-all"),
    ("DB_PASSWORD_PARAM", "clinic-database"),
    ("TOKEN_TTL", "3600seconds"),
    ("TOKEN_EXPIRES_IN", "24hours"),
    ("API_KEY_HEADER", "x-custom-header"),
    ("TOKEN_ISSUER", "https://login.clinic.example/tenant"),
    ("TOKEN_URL", "https://login.clinic.example/token"),
    ("PASSWORD_POLICY", "strong-and-long"),
    ("PASSWORD_MIN_LENGTH", "12"),
    ("SECRET_ROTATION_DAYS", "thirty-days"),
    ("MAX_TOKENS", "4096000"),
    ("TOKEN_LIMIT", "4096000"),
    ("AUTH_TOKEN_CACHE", "redis-cluster-1"),
    ("STRIPE_PUBLISHABLE_KEY", "pk_live_¦51H8a1B2c3D4e5F6a1B2c3D4e5F6"),
    ("JWT_PUBLIC_KEY", "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1x2Y\n-----END PUBLIC KEY-----"),
    // https://github.com/prowler-cloud/prowler/issues/1760
    ("RDS_secrets_name", "config/database_credentials"),
    // https://github.com/prowler-cloud/prowler/issues/7964
    ("DB_SECRET", "db_pass_secret"),
    // https://github.com/prowler-cloud/prowler/issues/4893
    ("MYSQL_ALLOW_EMPTY_PASSWORD", "yes"),
    // https://github.com/gitleaks/gitleaks/issues/1219
    ("tokenizationId", "f865288c97ca4913887373728b8dfc4c"),
    // https://github.com/gitleaks/gitleaks/issues/1321
    ("vaultKey", "inf-vsqt-01-secret-id"),
    // https://github.com/bridgecrewio/checkov/issues/7310
    ("AWS_CA_BUNDLE", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"),
    // https://github.com/bridgecrewio/checkov/pull/882
    ("POWERTOOLS_LOGGER_LOG_EVENT", "true"),
    // References.
    ("DB_PASSWORD", "arn:aws:secretsmanager:eu-central-1:111122223333:secret:db-AbCdEf"),
    ("DB_PASSWORD", "arn:aws-us-gov:secretsmanager:us-gov-west-1:111122223333:secret:db-AbCdEf"),
    ("DB_PASSWORD", "{{resolve:secretsmanager:prod/db:SecretString:password}}"),
    ("DB_PASSWORD", "{{resolve:ssm-secure:/clinic/db:1}}"),
    ("DB_PASSWORD", "/clinic/prod/db/password"),
    ("DB_PASSWORD", "/db-password"),
    ("DB_SECRET", "prod/claims/db"),
    // https://github.com/incidentfox/incidentfox/pull/231
    ("ANTHROPIC_API_KEY", "incidentfox/prod/anthropic"),
    ("DB_PASSWORD", "ssm:/clinic/db"),
    ("DB_PASSWORD", "${DB_PASSWORD}"),
    ("DB_PASSWORD", "$DB_PASSWORD"),
    ("DB_PASSWORD", "{{ .Values.db.password }}"),
    ("DB_PASSWORD", "<your password>"),
    ("DB_PASSWORD", "clinic-db-password"),
    ("API_KEY", "alias/clinic-api"),
    ("ENCRYPTION_KEY", "1234abcd-12ab-34cd-56ef-1234567890ab"),
    ("SIGNING_KEY", "mrk-1234abcd12ab34cd56ef1234567890ab"),
    ("PRIVATE_KEY", "/run/secrets/signing.pem"),
    ("SECRET", "op://clinic/db/password"),
    ("API_KEY", "AQICAHh¦aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789AAAAaDBmBgkqhkiG9w0BBwagWTBXAgEAMFI="),
    ("API_KEY", "ENC[AES256_GCM,data:Zm9v,type:str]"),
    ("integration.request.header.Authorization", "method.request.header.Authorization"),
    ("integration.request.header.X-Api-Key", "stageVariables.backendKey"),
    ("append:header.authorization", "$request.header.authorization"),
    ("Password.$", "$.credentials.password"),
    // https://github.com/Yelp/detect-secrets/issues/266
    ("MONGO_INITDB_ROOT_PASSWORD_FILE", "/run/secrets/db_password"),
    // Stand-ins.
    ("PASSWORD", "changeme"),
    ("PASSWORD", "********"),
    ("PASSWORD", "xxxxxxxx"),
    ("API_KEY", "YOUR_API_KEY"),
    ("API_KEY", "your-key-here"),
    ("API_KEY", "REPLACE_ME"),
    ("TOKEN", "none"),
    ("AUTH_TOKEN", "disabled"),
    // https://github.com/gitleaks/gitleaks/pull/1188
    ("SALESFORCE_CLIENT_SECRET", "REDACTED"),
    // Identifiers and digests.
    ("GIT_SHA", "9fceb02d0ae598e95dc970b74767f19372d61af8"),
    ("BUILD", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"),
    ("IMAGE", "111122223333.dkr.ecr.eu-central-1.amazonaws.com/claims@sha256:9b5b3ad0f1c2e4d6a8c0b2d4f6e8a0c2b4d6f8e0a2c4b6d8f0e2a4c6b8d0f2e4"),
    ("ROLE_ID", "AROA¦WORVRXQ5NC76T7223"),
    ("USER_ID", "AIDA¦WORVRXQ5NC76T7223"),
    ("TWILIO_SID", "SK0123456789abcdef0123456789abcdef"),
    ("USER_POOL", "eu-central-1_aBcDeF123"),
    ("TABLE_NAME", "ClaimsStack-TableCD117FA1-1ZCAW09R62XQK"),
    ("FUNCTION", "ClaimsStack-ClaimsFunctionServiceRole9A1B2C3D-kF4bqOcIYn8U"),
    ("CODE_SHA256", "q7Rk2vXz9LmN4pTbW8sYd3FgH6jKc1QaZe5UqWx3Ty0="),
    ("aws:cloudformation:stack-id", "arn:aws:cloudformation:eu-central-1:111122223333:stack/a/5d1b0e20"),
    // https://github.com/gitleaks/gitleaks/issues/538
    ("INTEGRITY", "sha512-GDHVin2EJ9PGJ33VMGlqtPcvUlY+pkTbaWs4jWv8oBaEK8UUBzS5ZpEc4xi7Xp5vIXnVsCSLKNC6bgvR9X/AoQ=="),
    ("LOCKED", "sha512-GDHVin2EJ9PGJ33VMGlqtPcvUlY+pkTbaWs4jWv8oBaEK8UUBzS5ZpEc4xi7Xp5vIXnVsCSLKNC6bgvR9X/AoQ=="),
    // https://github.com/semgrep/semgrep-rules/pull/2877
    ("MODULE", "github.com/Azure/go-autorest/autorest/azure/auth v0.5.11 h1:P6bYXFoao05z5uhOQzbC3Qd8JqF3jUoocoTeIxkp2cA="),
    ("SSH_HOST", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ5x1q2w3E4r5T6y7U8i9O0pAaBbCcDdEeFf ops@clinic"),
    // https://github.com/stacklok/codegate/issues/587
    ("USES", "actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683"),
    // https://github.com/Yelp/detect-secrets/issues/693
    ("NAME", "callFunctionCheckIfDataAlreadyExistsPerpetualSubinventory"),
    ("NAME", "recallNoticesRecallBusinessUnits-validation-group-1297083594-1"),
    ("NAME", "assignVariablesOjTabBar1482653721SelectedItem"),
    // Addresses without credentials.
    ("URL", "https://api.example.org/v1?x=1"),
    ("ORIGINS", "https://a.example.org,https://b.example.org"),
    ("DATABASE_URL", "postgres://db.internal:5432/claims"),
    ("DATABASE_URL", "postgres://claims@db.internal:5432/claims"),
    ("REPOSITORY", "git@github.com:clinic/claims.git"),
    // https://github.com/ntoskernel/deepsecrets/issues/4
    ("URL", "http://localhost:3001/@whatever/path/more"),
    // https://github.com/trufflesecurity/trufflehog/issues/894
    ("URL", "https://some_user:$SOME_BASH_VARIABLE@some.website.com"),
    // https://github.com/trufflesecurity/trufflehog/issues/209
    ("URL", "https://${username}:${password}@host/etc/etc/etc"),
    // https://github.com/trufflesecurity/trufflehog/pull/1489
    ("URL", "https://user:%2A%2A%2A%2A%2A%2A%2A%2A@host/x"),
    ("URL", "https://{user}:{password}@host/"),
    ("URL", "https://host:443,admin@example.com"),
    ("URL", "https://a/b?key={key}&token={token}"),
    // Prose.
    // https://github.com/gitleaks/gitleaks/issues/877
    ("Description", "asks for a username/password combination. Then goes on"),
    ("Description", "Password: see the wiki of the platform team"),
    ("Description", "Rotates the secret: every 90 days, by the token service"),
    ("Description", "Bearer authentication, basic authentication and others"),
    // https://github.com/twpayne/chezmoi/issues/4679
    ("key", "ctrl+shift+down"),
    // Structures without secrets. {"table":"claims","retries":3} in base64 is the third.
    ("CONFIG", "{\"table\":\"claims\",\"retries\":3,\"on\":true,\"none\":null}"),
    ("SECRETS", "{\"db\":\"arn:aws:secretsmanager:eu-central-1:111122223333:secret:db-AbCdEf\",\"region\":\"eu-central-1\"}"),
    ("CONFIG", "eyJ0YWJsZSI6ImNsYWltcyIsInJldHJpZXMiOjN9"),
    ("SCHEMA", "{\"type\":\"object\",\"properties\":{\"password\":{\"type\":\"string\",\"minLength\":12}}}"),
    ("FILTER", "{\"detail\":{\"state\":[\"running\"],\"user\":[{\"prefix\":\"svc-\"}]}}"),
];

fn whole(text: &str) -> String {
    text.replace('¦', "")
}

#[test]
fn every_secret_is_seen_as_what_it_is() {
    let wrong: Vec<String> = SECRETS
        .iter()
        .map(|(name, value, expected)| (name, value, kind(name, &whole(value)), expected))
        .filter(|(_, _, found, expected)| found.as_ref() != Some(*expected))
        .map(|(name, value, found, expected)| {
            format!("{name}={value}: {found:?}, not {expected:?}")
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_setting_is_seen_as_a_secret() {
    let wrong: Vec<String> = SETTINGS
        .iter()
        .filter_map(|(name, value)| Some((name, value, kind(name, &whole(value))?)))
        .map(|(name, value, found)| format!("{name}={value}: {found:?}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn both_tables_are_large() {
    assert!(SECRETS.len() > 100 && SETTINGS.len() > 100);
}
