{* The customer's page. Whatever is not ours is escaped where it stands: WHMCS does not do it for templates. *}
<style>
{literal}
.fo { max-width: 960px; }
.fo-head { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; flex-wrap: wrap; }
.fo-box { border: 1px solid #d8dee4; border-radius: 6px; padding: 1.1rem 1.25rem; margin: 0 0 1.25rem; background: #fff; color: #24292f; }
.fo-box h3 { margin: 0 0 .75rem; font-size: 1.15rem; }
.fo-will { border-left: 6px solid #b7791f; }
.fo-will.fo-yes { border-left-color: #2f855a; }
.fo-will p { margin: .35rem 0 0; }
.fo-will strong { font-size: 1.1rem; }
.fo-fix { color: #57606a; }
.fo dl { display: grid; grid-template-columns: fit-content(40%) 1fr; gap: .4rem 1rem; margin: 0; }
.fo dt { font-weight: 600; }
.fo dd { margin: 0; overflow-wrap: anywhere; }
.fo-badge { display: inline-block; padding: .1rem .6rem; border-radius: 1rem; font-size: .85rem; background: #eaeef2; color: #24292f; }
.fo-badge-active, .fo-badge-approved { background: #d6f2e0; color: #1c5337; }
.fo-badge-requested, .fo-badge-pending { background: #fdf0d0; color: #6b4608; }
.fo-badge-suspended, .fo-badge-rejected, .fo-badge-cancelled { background: #fbdede; color: #8a1f1f; }
.fo-field { margin: 0 0 1rem; }
.fo-field label { display: block; font-weight: 600; margin: 0 0 .25rem; }
.fo-field small { color: #57606a; }
.fo-scroll { overflow-x: auto; }
.fo-scroll table { width: 100%; margin: 0; }
.fo-scroll th, .fo-scroll td { white-space: nowrap; padding: .5rem .6rem; }
.fo-number { text-align: right; }
.fo summary { cursor: pointer; font-weight: 600; }
.fo details[open] summary { margin-bottom: 1rem; }
{/literal}
</style>

<div class="fo">
  <p class="fo-head">
    <span>{$words.one_company|escape:'html'}</span>
    <a href="{$link|escape:'html'}&amp;fo_lang={if $words.other_language == 'English'}en{else}id{/if}">{$words.other_language|escape:'html'}</a>
  </p>

  {foreach $problems as $problem}
    <div class="alert alert-danger" role="alert">{$problem|escape:'html'}</div>
  {/foreach}
  {if !empty($saved)}
    <div class="alert alert-success" role="status">{$words.saved|escape:'html'}</div>
  {/if}

  {if empty($refused)}
  <section class="fo-box fo-will{if $view.will} fo-yes{/if}" data-will="{if !$view.known}unknown{elseif $view.will}yes{else}no{/if}">
    <strong>
      {if !$view.known}{$words.will_unknown|escape:'html'}
      {elseif $view.will}✓ {$words.will_yes|escape:'html'}
      {else}{$words.will_no|escape:'html'}{/if}
    </strong>
    {foreach $view.reasons as $reason}
      <p>{$reason.message|escape:'html'} <span class="fo-fix">{$reason.fix|escape:'html'}</span></p>
    {/foreach}
  </section>

  {if $view.known}
    <section class="fo-box">
      <h3>{$words.company|escape:'html'}
        <span class="fo-badge fo-badge-{$view.status|escape:'html'}">{$view.status_word|escape:'html'}</span></h3>
      {if $view.status != 'none'}
        <dl>
          <dt>{$words.field_npwp|escape:'html'}</dt><dd>{$view.company.npwp|escape:'html'}</dd>
          <dt>{$words.field_nitku|escape:'html'}</dt><dd>{$view.company.nitku|escape:'html'}</dd>
          <dt>{$words.field_name|escape:'html'}</dt><dd>{$view.company.name|escape:'html'}</dd>
          <dt>{$words.field_address|escape:'html'}</dt><dd>{$view.company.address|escape:'html'}</dd>
          <dt>{$words.field_email|escape:'html'}</dt><dd>{$view.company.email|escape:'html'}</dd>
          <dt>{$words.status|escape:'html'}</dt>
          <dd>{$view.status_word|escape:'html'}, {$words.since|escape:'html'} {$view.status_at|escape:'html'}</dd>
        </dl>
        <hr>
      {/if}
      {if !$may_change}
        <p>{$words.no_right_change|escape:'html'}</p>
      {elseif $view.other_identity}
        <p>{$words.other_identity|escape:'html'}</p>
      {else}
        <details{if $form_open} open{/if}>
          <summary>{if $view.status == 'none'}{$words.enter|escape:'html'}{else}{$words.change|escape:'html'}{/if}</summary>
          <form method="post" action="{$link|escape:'html'}">
            <input type="hidden" name="token" value="{$csrf|escape:'html'}">
            <input type="hidden" name="faktur_otomatis_seen" value="{$view.seen|escape:'html'}">
            <div class="fo-field">
              <label for="fo-npwp">{$words.field_npwp|escape:'html'}</label>
              <input class="form-control" id="fo-npwp" name="npwp" required maxlength="30" inputmode="numeric" autocomplete="off" value="{$form.npwp|escape:'html'}">
              <small>{$words.hint_npwp|escape:'html'}</small>
            </div>
            <div class="fo-field">
              <label for="fo-nitku">{$words.field_nitku|escape:'html'}</label>
              <input class="form-control" id="fo-nitku" name="nitku" maxlength="30" inputmode="numeric" autocomplete="off" value="{$form.nitku|escape:'html'}">
              <small>{$words.hint_nitku|escape:'html'}</small>
            </div>
            <div class="fo-field">
              <label for="fo-name">{$words.field_name|escape:'html'}</label>
              <input class="form-control" id="fo-name" name="name" required maxlength="255" autocomplete="organization" value="{$form.name|escape:'html'}">
              <small>{$words.hint_name|escape:'html'}</small>
            </div>
            <div class="fo-field">
              <label for="fo-address">{$words.field_address|escape:'html'}</label>
              <textarea class="form-control" id="fo-address" name="address" required maxlength="1000" rows="3">{$form.address|escape:'html'}</textarea>
            </div>
            <div class="fo-field">
              <label for="fo-email">{$words.field_email|escape:'html'}</label>
              <input class="form-control" id="fo-email" name="email" required maxlength="1000" value="{$form.email|escape:'html'}">
              <small>{$words.hint_email|escape:'html'}</small>
            </div>
            <p class="fo-fix">{$words.after_send|escape:'html'}</p>
            <button type="submit" class="btn btn-primary">{$words.send|escape:'html'}</button>
          </form>
        </details>
      {/if}
    </section>

    {if $may_list}
    <section class="fo-box">
      <h3>{$words.fakturs|escape:'html'}</h3>
      {if $fakturs}
        <div class="fo-scroll">
          {* The PDF stands where a phone shows it without scrolling. *}
          <table class="table table-striped">
            <thead>
              <tr>
                <th scope="col">{$words.date|escape:'html'}</th>
                <th scope="col">PDF</th>
                <th scope="col">{$words.invoice|escape:'html'}</th>
                <th scope="col">{$words.nsfp|escape:'html'}</th>
                <th scope="col" class="fo-number">{$words.dpp|escape:'html'}</th>
                <th scope="col" class="fo-number">{$words.ppn|escape:'html'}</th>
                <th scope="col">{$words.status|escape:'html'}</th>
              </tr>
            </thead>
            <tbody>
              {foreach $fakturs as $one}
                <tr>
                  <td>{$one.date|escape:'html'}</td>
                  <td>{if $one.has_pdf}<a href="{$link|escape:'html'}&amp;a=pdf&amp;id={$one.id|escape:'url'}">{$words.download|escape:'html'}</a>{/if}</td>
                  <td><a href="viewinvoice.php?id={$one.invoice_id|escape:'url'}">{$one.invoice|escape:'html'}</a></td>
                  <td>{$one.nsfp|escape:'html'}</td>
                  <td class="fo-number">{$one.dpp|escape:'html'}</td>
                  <td class="fo-number">{$one.ppn|escape:'html'}</td>
                  <td><span class="fo-badge fo-badge-{$one.state|escape:'html'}">{$one.state_word|escape:'html'}</span></td>
                </tr>
              {/foreach}
            </tbody>
          </table>
        </div>
        {if $next}<p><a href="{$link|escape:'html'}&amp;cursor={$next|escape:'html'}">{$words.older|escape:'html'}</a></p>{/if}
      {else}
        <p>{$words.no_fakturs|escape:'html'}</p>
      {/if}
    </section>
    {/if}
  {/if}
  {/if}
</div>
