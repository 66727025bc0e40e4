# comment of another kind
select
  """three "quotes" here""" as a,
  r'\d+\s' as pattern,
  'it\'s' as b,
  concat("x", 'y', b'z') as c,
  '{"multi":
    "line"}' as json_text
from t /* closing remark */
