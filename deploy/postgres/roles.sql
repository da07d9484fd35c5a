-- Run once as superuser in the empty database `finery`: by the supervisor, by docker-compose, or by you.
-- The owner runs migrations and, in tests, plays every role. The login role of web owns nothing and has no right
-- until it takes one of the other two; neither can pass row-level security.
CREATE ROLE finery_owner LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS;
CREATE ROLE finery_app NOLOGIN NOSUPERUSER NOBYPASSRLS;
CREATE ROLE finery_system NOLOGIN NOSUPERUSER NOBYPASSRLS;
CREATE ROLE finery_web LOGIN NOINHERIT NOSUPERUSER NOBYPASSRLS;
GRANT finery_app, finery_system TO finery_web, finery_owner;
ALTER DATABASE finery OWNER TO finery_owner;
GRANT CONNECT ON DATABASE finery TO finery_web, finery_app, finery_system;
GRANT USAGE ON SCHEMA public TO finery_app, finery_system;
