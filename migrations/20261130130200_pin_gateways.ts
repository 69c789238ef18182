// A gateway proves itself with a certificate of its start. A chat is admitted with it, in the same round trip.
import { Migration } from "@mikro-orm/migrations";

/** As before, with the certificate beside the token. */
const ADMIT_CHAT = `
CREATE FUNCTION auth.admit_chat(carrier text, wanted_key_id text, hashes bytea[])
RETURNS TABLE ("userId" uuid, name text, "systemRole" text, scopes text[], tenant text, "containerId" uuid, status text,
  phase text, address text, generation integer, "sealedGatewayToken" text, "sealedGatewayCertificate" text,
  "hasUsableProvider" boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  caller_id uuid; caller_name text; caller_role text; caller_scopes text[]; caller_tenant text;
BEGIN
  IF carrier = 'session' THEN
    SELECT s."userId", s.name, s."systemRole", NULL, 'human:' || s."userId"::text
      INTO caller_id, caller_name, caller_role, caller_scopes, caller_tenant FROM auth.resolve_session(hashes) s;
  ELSIF carrier = 'key' THEN
    SELECT k."userId", k.name, k."systemRole", k.scopes, k.tenant
      INTO caller_id, caller_name, caller_role, caller_scopes, caller_tenant FROM auth.resolve_api_key(wanted_key_id, hashes) k;
  END IF;
  IF caller_id IS NULL THEN
    RETURN;
  END IF;
  UPDATE mosaic.agent_containers c SET last_activity_at = mosaic.now()
   WHERE c.tenant = caller_tenant AND c.status = 'running' AND c.phase = 'ready'
     AND (c.last_activity_at IS NULL OR c.last_activity_at < mosaic.now() - interval '30 seconds');
  RETURN QUERY
    SELECT caller_id, caller_name, caller_role, caller_scopes, caller_tenant, c.id, c.status, c.phase, c.address, c.generation,
           s.gateway_token, s.gateway_certificate,
           EXISTS (SELECT 1 FROM mosaic.llm_providers p
                    WHERE p.tenant = caller_tenant AND p.is_active AND jsonb_array_length(p.models) > 0)
      FROM (SELECT 1) one
      LEFT JOIN mosaic.agent_containers c ON c.tenant = caller_tenant AND c.retired_at IS NULL
      LEFT JOIN mosaic.container_secrets s ON s.container_id = c.id;
END
$$`;
const SIGNATURE = "auth.admit_chat(text, text, bytea[])";

export class PinGateways extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE mosaic.container_secrets
      ADD COLUMN gateway_certificate text NULL CHECK (gateway_certificate LIKE 'enc:%'),
      ADD COLUMN gateway_key text NULL CHECK (gateway_key LIKE 'enc:%')`);
    // The container fetches both from the api.
    this.addSql("GRANT SELECT (gateway_certificate, gateway_key) ON mosaic.container_secrets TO mosaic_api");
    this.addSql("GRANT SELECT (gateway_certificate) ON mosaic.container_secrets TO mosaic_auth");
    // It returns a column more, so that it cannot be replaced in place. Who owns the schema may drop it.
    this.addSql(`DROP FUNCTION ${SIGNATURE}`);
    this.addSql(ADMIT_CHAT);
    this.addSql(`REVOKE ALL ON FUNCTION ${SIGNATURE} FROM PUBLIC`);
    this.addSql(`GRANT EXECUTE ON FUNCTION ${SIGNATURE} TO mosaic_api`);
    this.addSql("GRANT CREATE ON SCHEMA auth TO mosaic_auth");
    this.addSql(`ALTER FUNCTION ${SIGNATURE} OWNER TO mosaic_auth`);
    this.addSql("REVOKE CREATE ON SCHEMA auth FROM mosaic_auth");
  }
}
