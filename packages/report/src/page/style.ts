import { COLORS } from '../chart/theme.ts';

const variables = (shade: 0 | 1) =>
  Object.entries(COLORS)
    .map(([name, shades]) => `--${name}:${shades[shade]}`)
    .join(';');

const uses = Object.keys(COLORS)
  .map((name) => `.f-${name}{fill:var(--${name})}.s-${name}{stroke:var(--${name})}`)
  .join('');

/** The style sheet of every page: light, dark, narrow and print. */
export const STYLE = `
:root{color-scheme:light dark;${variables(0)}}
@media screen and (prefers-color-scheme:dark){:root{${variables(1)}}}
${uses}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,"Segoe UI","DejaVu Sans",Arial,sans-serif;font-variant-numeric:tabular-nums}
main,header,footer{max-width:880px;margin:0 auto;padding:0 20px}
header{padding-top:28px}
.kicker{margin:0;color:var(--dim);font-size:13px;letter-spacing:.04em;text-transform:uppercase}
h1{margin:2px 0 6px;font-size:26px;line-height:1.2;overflow-wrap:anywhere}
h2{margin:0 0 8px;font-size:18px;line-height:1.3}
p{margin:0 0 8px;overflow-wrap:anywhere}
.facts{color:var(--dim);font-size:14px}
section.card{margin:0}
.cards{display:grid;grid-template-columns:repeat(3,1fr);gap:14px;margin:20px 0}
.card{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:14px 16px;min-width:0;overflow-wrap:anywhere;font-size:14px}
.card ul{margin:6px 0 0;padding-left:18px}
.card li{margin-bottom:4px}
.big{font-size:28px;font-weight:650;line-height:1.2;margin:2px 0 4px}
.good{color:var(--good)}.warn{color:var(--bad)}
.rows{margin:0 0 22px}
.rows svg{display:block;width:100%;height:14px;border-radius:4px}
figure{margin:0 0 34px;padding-top:14px;border-top:1px solid var(--line)}
figcaption{color:var(--dim);font-size:13px}
.scroll{overflow-x:auto;max-width:100%}
figure svg{display:block;width:100%;min-width:600px;height:auto}
.marks path{vector-effect:non-scaling-stroke}
[data-time] .marks{cursor:crosshair}
svg[data-time]{touch-action:pan-y}
details{margin-top:6px;font-size:13px}
summary{cursor:pointer;color:var(--dim)}
details .scroll{max-height:420px;overflow:auto;margin-top:6px;border:1px solid var(--line);border-radius:6px}
table{border-collapse:collapse;width:100%;font-size:13.5px}
caption{text-align:left;color:var(--dim);padding:4px 8px;font-size:13px}
th,td{padding:4px 8px;text-align:right;border-bottom:1px solid var(--line);vertical-align:top}
th:first-child,td:first-child,.text td,.text th{text-align:left}
th{color:var(--dim);font-weight:600;white-space:nowrap}
td{white-space:nowrap}
.text td{white-space:normal;overflow-wrap:anywhere}
section{margin-bottom:28px}
footer{color:var(--dim);font-size:13px;padding-bottom:40px}
a{color:var(--good)}
:focus-visible{outline:2px solid var(--good);outline-offset:2px}
#tip{position:fixed;z-index:2;pointer-events:none;background:var(--ink);color:var(--ground);padding:6px 9px;border-radius:6px;font-size:12.5px;line-height:1.4;white-space:pre;max-width:90vw}
#tip[hidden]{display:none}
#zoom{position:fixed;right:16px;bottom:16px;z-index:1;font:inherit;font-size:14px;padding:8px 14px;border-radius:20px;border:1px solid var(--line);background:var(--panel);color:var(--ink);cursor:pointer;box-shadow:0 2px 8px #0003}
#zoom[hidden]{display:none}
.select{fill:var(--good);fill-opacity:.18}
@media (max-width:700px){.cards{grid-template-columns:1fr}main,header,footer{padding:0 14px}header{padding-top:18px}h1{font-size:22px}}
@media print{body{font-size:11pt}table{font-size:8.5pt}th,td{padding:2px 4px}main,header,footer{max-width:none;padding:0}figure,.card,tr{break-inside:avoid}figure svg{min-width:0}details,#tip,#zoom{display:none}a{color:inherit;text-decoration:none}}
`;
