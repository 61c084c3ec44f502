-- A record of layout 1 as docgen wrote it, to be opened by every later docgen. Never edited.
PRAGMA application_id = 1685021543;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE events (
  sequence INTEGER PRIMARY KEY CHECK (sequence >= 0),
  body TEXT NOT NULL CHECK (json_valid(body))
) STRICT;
INSERT INTO "events" VALUES(0,'{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","event":"workspace_created","idempotency_key":"life/0","origin":"northbridge.example/log","schema":1,"time_zone":"Europe/London","verifying_key":"northbridge.example/log+a364a38f+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"}');
INSERT INTO "events" VALUES(1,'{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","event":"person_named","idempotency_key":"life/1","person":"30b254d6eeda204b362d8f23170acf96ba1391e152382b87198abb226fd37732","roles":["legal","account_manager"],"schema":1}');
INSERT INTO "events" VALUES(2,'{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","event":"person_named","idempotency_key":"life/2","person":"dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd","roles":[],"schema":1}');
INSERT INTO "events" VALUES(3,'{"actor":"30b254d6eeda204b362d8f23170acf96ba1391e152382b87198abb226fd37732","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","event":"template_approved","idempotency_key":"life/3","schema":1,"template":{"hash":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc","language":"en","name":"contract","version":"1.2"}}');
INSERT INTO "events" VALUES(4,'{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","engagement":"NBS-2026-014","event":"engagement_recorded","facts":"0694aacb66d62e742a92e8d5f1e82bd9d2a8ca1be88744201fbe63d0f5007502","idempotency_key":"life/4","revision":1,"schema":1}');
INSERT INTO "events" VALUES(5,'{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","document":{"engagement":"NBS-2026-014","kind":"contract","number":null,"version":1},"event":"document_issued","idempotency_key":"life/5","inputs":[{"blob":"0694aacb66d62e742a92e8d5f1e82bd9d2a8ca1be88744201fbe63d0f5007502","name":"engagement"}],"on":"2026-11-20","outputs":[{"blob":"800f4772d4d579b92d4aa53b273ad611b0e9b492c1b86f8c93197eda057445db","format":"pdf","sealed":"475dcdbba07d87c9c8ea1395719ff2faec6160211abb52e894fd81f7fe82a5ae"},{"blob":"a4a7030c228e6899aa0ce96c93a19eedddfd177f37d2a62d171b66169dd66657","format":"docx","sealed":null}],"revision":1,"schema":1,"template":{"hash":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc","language":"en","name":"contract","version":"1.2"},"tools":[{"name":"weasyprint","version":"70.0"}]}');
INSERT INTO "events" VALUES(6,'{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","engagement":"NBS-2026-014","event":"engagement_recorded","facts":"f8792358b5780df637faaacf0895372bad6fa3b191caece453bce097f32b375d","idempotency_key":"life/6","revision":2,"schema":1}');
INSERT INTO "events" VALUES(7,'{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","document":{"engagement":"NBS-2026-014","kind":"contract","number":null,"version":2},"event":"document_issued","idempotency_key":"life/7","inputs":[{"blob":"0694aacb66d62e742a92e8d5f1e82bd9d2a8ca1be88744201fbe63d0f5007502","name":"engagement"}],"on":"2026-11-20","outputs":[{"blob":"c94040645995827a0b43009962f9f73cf231bb48f4d7122e4ef358d38a79619e","format":"pdf","sealed":"c9efc008e1cc9fd5bffa03cd993c72bb72c29a2a5e5248b4f45f535fe2269614"},{"blob":"66df117acd74646bff0c24363d2a4a7d08bd1e3af21109a40f70c5bea5b56f14","format":"docx","sealed":null}],"revision":2,"schema":1,"template":{"hash":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc","language":"en","name":"contract","version":"1.2"},"tools":[{"name":"weasyprint","version":"70.0"}]}');
INSERT INTO "events" VALUES(8,'{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","by_version":2,"docgen":"0.1.0","document":{"engagement":"NBS-2026-014","kind":"contract","number":null,"version":1},"event":"document_superseded","idempotency_key":"life/8","schema":1}');
INSERT INTO "events" VALUES(9,'{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","document":{"engagement":"NBS-2026-014","kind":"contract","number":null,"version":2},"event":"document_executed","idempotency_key":"life/9","on":"2026-11-20","schema":1,"signed":"4a3cdfae6f291c8f544daea5b72905cf9e74c1ed427d831ad0d7ca00c73c794d"}');
INSERT INTO "events" VALUES(10,'{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","engagement":"NBS-2026-014","entry":"change_order","event":"entry_recorded","facts":"cd6f6beb919ac128004da1067feb1007006d0c5c441bd9c9061e026df819f348","idempotency_key":"life/10","number":1,"revision":1,"schema":1}');
INSERT INTO "events" VALUES(11,'{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","document":{"engagement":"NBS-2026-014","kind":"change-order","number":1,"version":1},"event":"document_issued","idempotency_key":"life/11","inputs":[{"blob":"0694aacb66d62e742a92e8d5f1e82bd9d2a8ca1be88744201fbe63d0f5007502","name":"engagement"}],"on":"2026-11-20","outputs":[{"blob":"ce8cde090efdec2a82804f4c0769f0f63eba41e4ed2ea4198d5d976fe2b72c84","format":"pdf","sealed":"630ea565e2f41eab733e73ee722124364d90ac694bf54a57cf0567d308af7b7f"},{"blob":"066b3694ab92e5e676f028ebfb050db3ca77f7418035c9b8a4c126a255d3b131","format":"docx","sealed":null}],"revision":2,"schema":1,"template":{"hash":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc","language":"en","name":"contract","version":"1.2"},"tools":[{"name":"weasyprint","version":"70.0"}]}');
INSERT INTO "events" VALUES(12,'{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","document":{"engagement":"NBS-2026-014","kind":"change-order","number":1,"version":1},"event":"document_withdrawn","idempotency_key":"life/12","reason":"adb35344b70442f7651aeb3edd3f676ead256f1b89808cde31069bcc0d4a388c","schema":1}');
INSERT INTO "events" VALUES(13,'{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","document":{"engagement":"NBS-2026-014","kind":"progress-report","number":1,"version":1},"event":"document_issued","idempotency_key":"life/13","inputs":[{"blob":"0694aacb66d62e742a92e8d5f1e82bd9d2a8ca1be88744201fbe63d0f5007502","name":"engagement"}],"on":"2026-11-20","outputs":[{"blob":"6eabac357bef2e2ed1b76c3543fd500c4054c2b3f36eaa55308f73b2e8bfc990","format":"pdf","sealed":"698458240f5a34948c3313957ba7206a90224a31dee2da6925f961db72fba053"},{"blob":"31c9ca4f6ff43652f1c211055946c56d9b91c89376974033c560e7c17d72046c","format":"docx","sealed":null}],"revision":2,"schema":1,"template":{"hash":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc","language":"en","name":"contract","version":"1.2"},"tools":[{"name":"weasyprint","version":"70.0"}]}');
INSERT INTO "events" VALUES(14,'{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","document":{"engagement":"NBS-2026-014","kind":"engagement-letter","number":null,"version":1},"event":"document_issued","idempotency_key":"life/14","inputs":[{"blob":"0694aacb66d62e742a92e8d5f1e82bd9d2a8ca1be88744201fbe63d0f5007502","name":"engagement"}],"on":"2026-11-20","outputs":[{"blob":"049795d85f983a697e4aa3ea403e3a4eee78acaddfa010e4d315fa925e326102","format":"pdf","sealed":"755b9d0548ad5c906eaec3d294fdfbfa2cc1393195f4d8570fedb11fd49eac96"},{"blob":"0fea3444d52b45601f5398e0dba79fa09ce49567edd1fa8520249916440253a2","format":"docx","sealed":null}],"revision":2,"schema":1,"template":{"hash":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc","language":"en","name":"contract","version":"1.2"},"tools":[{"name":"weasyprint","version":"70.0"}]}');
INSERT INTO "events" VALUES(15,'{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","event":"checkpoint_signed","idempotency_key":"life/15","note":"northbridge.example/log\n15\nM48zPdrxS0+KtPK720Rr/e5nTFnFJSylLp0j+pp8vpk=\n\n— northbridge.example/log o2Sjj2xpqmtX70nAf7stZKnLuQHmr+v5iTCFv0HGU5/4efn5m43+jxh5p1E5rqZxlFghIKuvwdsZrbpyMekq2vpUAw4=\n","root":"338f333ddaf14b4f8ab4f2bbdb446bfdee674c59c5252ca52e9d23fa9a7cbe99","schema":1,"size":15}');
INSERT INTO "events" VALUES(16,'{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","event":"key_changed","idempotency_key":"life/17","schema":1,"verifying_key":"northbridge.example/log+c1aeb492+AXm1Vi6P5lT5QHixEuipi6eQH4U65pW+1+DjkQutBJZk"}');
INSERT INTO "events" VALUES(17,'{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","blob":"adb35344b70442f7651aeb3edd3f676ead256f1b89808cde31069bcc0d4a388c","docgen":"0.1.0","event":"blob_erased","ground":"request","idempotency_key":"life/18","schema":1}');
INSERT INTO "events" VALUES(18,'{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","event":"person_forgotten","idempotency_key":"life/19","person":"dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd","schema":1}');
CREATE TABLE nodes (
  level INTEGER NOT NULL CHECK (level >= 0),
  position INTEGER NOT NULL CHECK (position >= 0),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (level, position)
) STRICT, WITHOUT ROWID;
INSERT INTO "nodes" VALUES(0,0,X'5B2B5FEC75FA644462C98F50C47CC3F710C3187F639F2E85D3E3A8D7E8FFA98E');
INSERT INTO "nodes" VALUES(0,1,X'5AFCF2822F61336F9EE6331A1D564709477017F75F18F8E02E1C494BD38C82DF');
INSERT INTO "nodes" VALUES(0,2,X'F8C5F42AC9E020DA6ABEBFFC44426F62756F15DF79B10AA622BAB6B99C3DCF0C');
INSERT INTO "nodes" VALUES(0,3,X'CA59633DBA8A7CB5CCBAC77F5C11C5D89CE01120034835DF3314411623048732');
INSERT INTO "nodes" VALUES(0,4,X'41FDC84C8CD05EACCC65948F0E6EDC23A9117D313C69EA70775A125DF7C82B9C');
INSERT INTO "nodes" VALUES(0,5,X'7272C12B30800F9C91D21D5AC88103E3B168A114CA5AA65A260C86820EAB3110');
INSERT INTO "nodes" VALUES(0,6,X'D96245CE199238A0CCD79BC4A80E7417A93ACD2E8C3FDF60F645DE718194D118');
INSERT INTO "nodes" VALUES(0,7,X'82B958ADB4A50FFB2D6B8D3E1E04667BE0344EBE752944FD1F140280FBCF2889');
INSERT INTO "nodes" VALUES(0,8,X'3E3171B62F688049ED784FF1A4FB246A32937F71CAC0539BB70330972091CCC8');
INSERT INTO "nodes" VALUES(0,9,X'8E65EE5C848FBFD7BE58889139F18FC00DBE357C6095E5D4C82907066756A5BE');
INSERT INTO "nodes" VALUES(0,10,X'6B0291C694267B9A697D9376E2362AF33DCEEDCAA4821332DBC82F9840CD46CA');
INSERT INTO "nodes" VALUES(0,11,X'F7693C08AED3D0473EB435152D105236CAA589F36E4329AA6FA40B63B0525A65');
INSERT INTO "nodes" VALUES(0,12,X'226D59BFDC40BF520BE9055E4C11083BF3D5D287C2866781C103C06B34C2040B');
INSERT INTO "nodes" VALUES(0,13,X'2F6E1FAB5A978D3D1F0BED95C8CA9A39B829F1325F9E8C6E74CB15BE71BF4457');
INSERT INTO "nodes" VALUES(0,14,X'B3620E6586DA492F505C3CD847592A7C601DD2CB20C76BEBFA13877BFE3C56F0');
INSERT INTO "nodes" VALUES(0,15,X'5A9FE5FA9407D571F65C3060ADD01271BC2C5267A8BEB99CC034A5673067FAA4');
INSERT INTO "nodes" VALUES(0,16,X'EC84DB3D74AEFE453909497AC2D94A4BEDE8F8FCA8D9CA15DB7BC8A83FDFA327');
INSERT INTO "nodes" VALUES(0,17,X'51E5A5771AE7E292C2EE06EF4AD177B1990602BD400C102829A47B7F1CEE67DB');
INSERT INTO "nodes" VALUES(0,18,X'9E33AF96DA3728955F82142454DA931BB3E8C170E1423931DCFA7763C9201BF3');
INSERT INTO "nodes" VALUES(1,0,X'0B5CBD014B4434C38EF44BD8DBD3356958FDA8E7B85F840AFF8D77B2B2D1AD72');
INSERT INTO "nodes" VALUES(1,1,X'8EB6955F609C766B4B150E3978E8F23C968D80853E564377ACFDD17D4647E5E0');
INSERT INTO "nodes" VALUES(1,2,X'903FFD7D163DB508B347435D3B195D3F3D0B79A7AD5A3C3F71E28E85DD2F343A');
INSERT INTO "nodes" VALUES(1,3,X'30F6FE36EEE9D73FC50B5C3B84BBF153348F2459C21C0E1D46C9972248A4235F');
INSERT INTO "nodes" VALUES(1,4,X'58D4DEFBE89197EFF1398E5918F663E67AA892DE3472E022A46EE163B341A8E7');
INSERT INTO "nodes" VALUES(1,5,X'3C68B07FEC14DA60C94A55B43D0448C28ECC321A9B6B606E7F1AE9D2C92E9DC7');
INSERT INTO "nodes" VALUES(1,6,X'27A33646AA01D0C5763639162377D5F0BBF7CDB94978447319DFEDC6DE3388A2');
INSERT INTO "nodes" VALUES(1,7,X'5040EB36DFF1D81011EB642423F3FF68938748EA8FCD5B3F9F206BBD209EFE8F');
INSERT INTO "nodes" VALUES(1,8,X'5346B09FEB9E7D6DC92F36B6D3833215F74A6881588B3FC011F50C610B2EFF3F');
INSERT INTO "nodes" VALUES(2,0,X'26E7A0BD56C281573F3126B375185D6902823B5DBED26D4BD6FAE8C120D7507B');
INSERT INTO "nodes" VALUES(2,1,X'886DBBD4003A5FE217F5A82FB0EBCCAF921BFAFD1BE90C3CB9F0224160310DAE');
INSERT INTO "nodes" VALUES(2,2,X'C7E8D03BAEAF3379839E1EC1646AB83663C974976AD1556C9CEFB201C0355A16');
INSERT INTO "nodes" VALUES(2,3,X'96C24872E245CBE1E742A94724134657775EFBA6936ED285A53D8CFD94570D49');
INSERT INTO "nodes" VALUES(3,0,X'006E7456DDBC9482EC978530236DD2E7A81A8FE704F73DD20DEC0AC6EFFC5738');
INSERT INTO "nodes" VALUES(3,1,X'08D8306FD95D951DD934E1CDC9C0E3E4C0096831311B76F3DD4A434BBC5946FF');
INSERT INTO "nodes" VALUES(4,0,X'60E9268F67E7BB9DE1CDFDED9092105A6CAB1E7DAE416E5EB8C03276419B32E9');
CREATE TABLE people (
  mark TEXT PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  salt BLOB NOT NULL CHECK (length(salt) = 32)
) STRICT;
INSERT INTO "people" VALUES('30b254d6eeda204b362d8f23170acf96ba1391e152382b87198abb226fd37732','ann@northbridge.example',X'000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F');
CREATE UNIQUE INDEX events_by_key ON events (json_extract(body, '$.idempotency_key'));
CREATE INDEX events_by_kind ON events (json_extract(body, '$.event'));
CREATE TRIGGER events_in_order BEFORE INSERT ON events
  WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence) + 1, 0) FROM events)
  BEGIN SELECT raise(ABORT, 'the log takes events in their order only'); END;
CREATE TRIGGER events_once BEFORE INSERT ON events
  WHEN EXISTS (
    SELECT 1 FROM events
    WHERE json_extract(body, '$.idempotency_key') = json_extract(NEW.body, '$.idempotency_key')
  )
  BEGIN SELECT raise(ABORT, 'the log takes an event once only'); END;
CREATE TRIGGER events_unchanged BEFORE UPDATE ON events
  BEGIN SELECT raise(ABORT, 'the log is never changed'); END;
CREATE TRIGGER events_kept BEFORE DELETE ON events
  BEGIN SELECT raise(ABORT, 'the log is never shortened'); END;
CREATE TRIGGER nodes_once BEFORE INSERT ON nodes
  WHEN EXISTS (SELECT 1 FROM nodes WHERE level = NEW.level AND position = NEW.position)
  BEGIN SELECT raise(ABORT, 'a hash of the log is never replaced'); END;
CREATE TRIGGER nodes_unchanged BEFORE UPDATE ON nodes
  BEGIN SELECT raise(ABORT, 'a hash of the log is never changed'); END;
CREATE TRIGGER nodes_kept BEFORE DELETE ON nodes
  BEGIN SELECT raise(ABORT, 'a hash of the log is never deleted'); END;
COMMIT;
