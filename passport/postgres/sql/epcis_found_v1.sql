-- What is asked of EPCIS events is found by their terms. Row-level security would have each row looked
-- at before an index of terms is used, so this runs as the owner and looks for itself: a party finds
-- what its policies let it see, and reads the rows through those again.

-- Whether the acting party sees the event of an index row: as the policies of both tables say it.
CREATE FUNCTION epcis_seen_v1(event uuid, recorder uuid) RETURNS boolean LANGUAGE sql STABLE
AS $$ SELECT recorder = public.app_party() OR EXISTS (
        SELECT 1 FROM public.passport_lifecycleevent e WHERE e.id = event AND CASE
            WHEN e.members IS NOT NULL THEN public.app_sees_all_v1(e.members)
            WHEN e.battery_id IS NOT NULL THEN public.app_sees_v1(e.battery_id)
            ELSE false END) $$;
REVOKE ALL ON FUNCTION epcis_seen_v1(uuid, uuid) FROM PUBLIC;

-- The conditions of `asked` as they stand in a statement, in which $1 is `asked` itself: no value of
-- it becomes a part of the statement, places in its lists alone do.
CREATE FUNCTION epcis_asked_v1(asked jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, public AS $$
DECLARE
    said text := '';
    one jsonb;
    place bigint;
    way text;
BEGIN
    FOR one, place IN SELECT value, ordinality - 1
                      FROM jsonb_array_elements(asked -> 'conditions') WITH ORDINALITY LOOP
        said := said || format(
            ' AND (e.terms && ARRAY(SELECT jsonb_array_elements_text($1->''conditions''->%s->''terms''))',
            place);
        IF jsonb_array_length(one -> 'begins') > 0 THEN
            said := said || format(
                ' OR EXISTS (SELECT 1 FROM unnest(e.terms) AS t (t), jsonb_array_elements_text('
                '$1->''conditions''->%s->''begins'') AS b (b) WHERE starts_with(t.t, b.b))', place);
        END IF;
        said := said || ')';
    END LOOP;
    FOR one, place IN SELECT value, ordinality - 1
                      FROM jsonb_array_elements(asked -> 'sizes') WITH ORDINALITY LOOP
        way := CASE one ->> 'operator' WHEN '=' THEN '=' WHEN '>' THEN '>' WHEN '>=' THEN '>='
                                       WHEN '<' THEN '<' WHEN '<=' THEN '<=' END;
        said := said || CASE WHEN (one ->> 'moment')::boolean THEN format(
            ' AND EXISTS (SELECT 1 FROM jsonb_array_elements_text(coalesce('
            'e.measured->($1->''sizes''->%1$s->>''name''), ''[]'')) AS m (m)'
            ' WHERE m.m %2$s ($1->''sizes''->%1$s->>''text'') COLLATE "C")', place, way)
        ELSE format(
            ' AND EXISTS (SELECT 1 FROM jsonb_array_elements(coalesce('
            'e.measured->($1->''sizes''->%1$s->>''name''), ''[]'')) AS m (m)'
            ' WHERE (m.m->>0)::numeric %2$s ($1->''sizes''->%1$s->>''text'')::numeric'
            ' AND ($1->''sizes''->%1$s->>''uom'' IS NULL'
            ' OR m.m->>1 = $1->''sizes''->%1$s->>''uom''))', place, way) END;
    END LOOP;
    FOR one, place IN SELECT value, ordinality - 1
                      FROM jsonb_array_elements(asked -> 'columns') WITH ORDINALITY LOOP
        said := said || format(
            ' AND e.%s %s ($1->''columns''->%s->>''text'')::timestamptz',
            CASE one ->> 'column' WHEN 'recordTime' THEN 'record_time' ELSE 'event_time' END,
            CASE one ->> 'operator' WHEN '<' THEN '<' WHEN '<=' THEN '<=' ELSE '>=' END, place);
    END LOOP;
    IF jsonb_array_length(asked -> 'names') > 0 THEN
        said := said || ' AND (e.event_uri = ANY (ARRAY(SELECT jsonb_array_elements_text($1->''names'')))'
            ' OR e.terms && ARRAY(SELECT ''eventID '' || n FROM jsonb_array_elements_text($1->''names'')'
            ' AS n))';
    END IF;
    IF jsonb_typeof(asked -> 'declaration') = 'boolean' THEN
        said := said || ' AND e.declaration = ($1->''declaration'')::boolean';
    END IF;
    RETURN said;
END $$;
REVOKE ALL ON FUNCTION epcis_asked_v1(jsonb) FROM PUBLIC;

-- The events that meet what is asked and that the acting party sees, so many from a place on: those
-- after `past_at` and `past_id` in the order that is asked for, that one itself where `again`.
CREATE FUNCTION epcis_found_v1(asked jsonb, by_record boolean, upwards boolean, past_at timestamptz,
                               past_id uuid, again boolean, most integer)
RETURNS TABLE (id uuid, at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
#variable_conflict use_column
DECLARE
    moment text := CASE WHEN by_record THEN 'e.record_time' ELSE 'e.event_time' END;
    way text := CASE WHEN upwards THEN 'ASC' ELSE 'DESC' END;
    past text := CASE WHEN upwards THEN '>' ELSE '<' END || CASE WHEN again THEN '=' ELSE '' END;
BEGIN
    RETURN QUERY EXECUTE format(
        'SELECT e.event_id, %1$s FROM public.passport_epcisevent e WHERE true %4$s'
        ' AND ($2 IS NULL OR (%1$s, e.event_id) %3$s ($2, $3))'
        ' AND public.epcis_seen_v1(e.event_id, e.recorder_id)'
        ' ORDER BY %1$s %2$s, e.event_id %2$s LIMIT $4',
        moment, way, past, public.epcis_asked_v1(asked))
    USING asked, past_at, past_id, most;
END $$;
REVOKE ALL ON FUNCTION epcis_found_v1(jsonb, boolean, boolean, timestamptz, uuid, boolean, integer)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION epcis_found_v1(jsonb, boolean, boolean, timestamptz, uuid, boolean, integer)
    TO passport_app, passport_system;

-- Native events follow into the index in the order in which they were recorded.
CREATE INDEX epcis_event_native ON passport_epcisevent (event_id) WHERE measured ? 'native';
CREATE INDEX epcis_event_record_time ON passport_epcisevent (record_time, event_id);
