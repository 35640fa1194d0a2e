const lines = (text: string) => text.split('\n').filter(line => line !== '')

/** What a scanner types to see whether a database believes it. */
export const sql = lines(String.raw`
'
' or '1'='1
' or 1=1--
' or 1=2--
" or ""="
') or ('1'='1
'; drop table visit;--
' union select null--
' union all select token from visit--
'||(select 1)||'
' and sleep(3)--
'; select pg_sleep(3)--
' and 1=(select 1 from pg_sleep(3))--
1 or 1=1
1; truncate event
%' or '%'='
%
_
%%%
\'
\' or 1=1--
$$; drop table event; $$
$1
?
:x
@@version
' having 1=1--
' group by 1--
' order by 100--
' limit 1 offset 1--
/**/or/**/1=1
'/**/or/**/1=1--
-- -
#
'#
or 1=1
' or true--
' or false--
' is null--
' like '%
' similar to '%
' ~ '.*
x' and 'a'='a
x' and 'a'='b
1e0
0x27
char(39)
chr(39)||chr(39)
E'\\''
U&'\0027'
'::text
'::int
cast('1' as int)
' into outfile '/tmp/x'
copy event to '/tmp/x'
current_user
version()
' or exists(select 1)--
' and extract(epoch from now())>0--
ʼ or 1=1--
＇ or 1=1--
`)

/** The same for the filter of a directory. */
export const ldap = lines(String.raw`
*
*)(uid=*
)(|(cn=*
\2a
admin*
*)(objectClass=*
(&(x=1)
\28
a)(|(b=*)
`)

/** The same for a page. */
export const scripts = lines(`
<script>alert(1)</script>
"><script>alert(1)</script>
'><img src=x onerror=alert(1)>
<svg onload=alert(1)>
javascript:alert(1)
</title><script>alert(1)</script>
</script><script>alert(1)</script>
{{constructor.constructor('alert(1)')()}}
${'$'}{alert(1)}
<iframe srcdoc="<script>alert(1)</script>">
<a href="data:text/html,<script>alert(1)</script>">
<!--><script>alert(1)</script>
`)
