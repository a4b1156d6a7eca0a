<?php

/**
 * The NPWP tab of one client.
 *
 * @var callable $e
 * @var callable $t
 * @var int $client
 * @var array{name: string, email: string}|null $account
 * @var array<string, mixed> $view
 * @var list<string> $problems
 * @var bool $done
 * @var array<string, string> $form
 * @var bool $may
 * @var list<array<string, mixed>> $fakturs
 * @var string $csrf
 * @var FakturOtomatis\Words $words
 */

declare(strict_types=1);

use FakturOtomatis\AdminPage;
use FakturOtomatis\Company;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

$colours = ['active' => 'success', 'requested' => 'warning', 'suspended' => 'danger'];
$link = AdminPage::LINK . "&amp;client=$client";
$register = $view['register'];
?>
<div class="faktur-otomatis">
  <h2><?= $t('tab') ?>: <?= $e($account['name'] ?? '') ?> <small>#<?= $client ?></small></h2>
  <p>
    <a href="clientssummary.php?userid=<?= $client ?>"><?= $t('back') ?></a> ·
    <a href="<?= AdminPage::LINK ?>"><?= $t('admin_title') ?></a> ·
    <a href="<?= $link ?>&amp;fo_lang=<?= $words->code === 'id' ? 'en' : 'id' ?>"><?= $t('other_language') ?></a>
  </p>
<?php foreach ($problems as $problem) : ?>
  <div class="alert alert-danger"><?= $e($problem) ?></div>
<?php endforeach ?>
<?php if ($done) : ?>
  <div class="alert alert-success"><?= $t('done') ?></div>
<?php endif ?>
<?php if ($view['known']) : ?>
  <div class="alert alert-<?= $view['will'] ? 'success' : 'warning' ?>">
    <strong><?= $view['will'] ? '✓ ' . $t('will_yes') : $t('will_no') ?></strong>
    <?php foreach ($view['reasons'] as $reason) : ?>
      <br><?= $e($reason['message']) ?> <em><?= $e($reason['fix']) ?></em>
    <?php endforeach ?>
  </div>
  <div class="row">
    <div class="col-md-6">
      <div class="panel panel-default">
        <div class="panel-heading">
          <?= $t('company') ?>
          <span class="label label-<?= $colours[$view['status']] ?? 'default' ?>"><?= $e($view['status_word']) ?></span>
          <?= $view['status_at'] === '' ? '' : $t('since') . ' ' . $e($view['status_at']) ?>
        </div>
    <?php if ($view['status'] !== 'none') : ?>
        <table class="table">
          <tr><th></th><th><?= $t('company') ?></th><th><?= $t('register') ?></th></tr>
          <tr><th><?= $t('field_npwp') ?></th><td><?= $e($view['fields']['npwp']) ?></td>
            <td><?php
                if ($register === null) {
                    echo $t('register_none');
                } else {
                    echo $register['found'] ? $e($register['status']) : $t('register_missing');
                } ?></td></tr>
          <tr><th><?= $t('field_nitku') ?></th><td colspan="2"><?= $e($view['fields']['nitku']) ?></td></tr>
        <?php foreach (['name', 'address'] as $field) : ?>
          <tr<?= ($register['differs'][$field] ?? false) ? ' class="warning"' : '' ?>>
            <th><?= $t("field_$field") ?></th><td><?= $e($view['fields'][$field]) ?></td>
            <td><?= $e($register[$field] ?? '') ?></td></tr>
        <?php endforeach ?>
          <tr><th><?= $t('field_email') ?></th><td colspan="2" style="overflow-wrap: anywhere"><?= $e($view['fields']['email']) ?></td></tr>
        </table>
        <?php if (in_array(true, $register['differs'] ?? [], true)) : ?>
        <div class="panel-body text-warning"><?= $t('differs') ?></div>
        <?php endif ?>
        <div class="panel-footer">
        <?php if ($may) : ?>
          <form method="post" action="<?= $link ?>" class="form-inline">
            <input type="hidden" name="token" value="<?= $e($csrf) ?>">
            <input type="hidden" name="faktur_otomatis_seen" value="<?= $e($view['seen']) ?>">
            <input name="faktur_otomatis_reason" class="form-control input-sm" maxlength="1000"
              aria-label="<?= $t('reason') ?>" placeholder="<?= $t('reason') ?>">
            <?php if ($view['status'] !== 'active') : ?>
            <button class="btn btn-success btn-sm" name="faktur_otomatis_move" value="activate"><?= $t('activate') ?></button>
            <?php endif ?>
            <?php if ($view['status'] !== 'suspended') : ?>
            <button class="btn btn-danger btn-sm" name="faktur_otomatis_move" value="suspend"><?= $t('suspend') ?></button>
            <?php endif ?>
          </form>
        <?php else : ?>
            <?= $t('may_not') ?>
        <?php endif ?>
        </div>
    <?php else : ?>
        <div class="panel-body"><?= $t('not_yet') ?></div>
    <?php endif ?>
      </div>
    </div>
    <div class="col-md-6">
      <div class="panel panel-default">
        <div class="panel-heading"><?= $view['status'] === 'none' ? $t('enter') : $t('change') ?></div>
        <div class="panel-body">
    <?php if ($view['other_identity']) : ?>
            <?= $t('other_identity') ?>
    <?php else : ?>
          <form method="post" action="<?= $link ?>">
            <input type="hidden" name="token" value="<?= $e($csrf) ?>">
            <input type="hidden" name="faktur_otomatis_seen" value="<?= $e($view['seen']) ?>">
        <?php foreach (Company::FIELDS as $field) : ?>
            <div class="form-group">
              <label for="fo-<?= $field ?>"><?= $t("field_$field") ?></label>
              <input class="form-control" id="fo-<?= $field ?>" name="<?= $field ?>"
                value="<?= $e($form[$field]) ?>"<?= $field === 'nitku' ? '' : ' required' ?>>
              <p class="help-block"><?= $e($words->find("hint_$field")) ?></p>
            </div>
        <?php endforeach ?>
            <button class="btn btn-primary"><?= $t('send') ?></button>
          </form>
    <?php endif ?>
        </div>
      </div>
    </div>
  </div>
  <div class="panel panel-default">
    <div class="panel-heading"><?= $t('fakturs') ?></div>
    <?php if ($fakturs === []) : ?>
    <div class="panel-body"><?= $t('no_fakturs') ?></div>
    <?php else : ?>
    <div class="table-responsive"><table class="table table-striped">
      <tr><th><?= $t('date') ?></th><th><?= $t('invoice') ?></th><th><?= $t('nsfp') ?></th>
        <th class="text-right"><?= $t('dpp') ?></th><th class="text-right"><?= $t('ppn') ?></th>
        <th><?= $t('status') ?></th><th>PDF</th></tr>
        <?php foreach ($fakturs as $one) : ?>
      <tr>
        <td><?= $e($one['date']) ?></td>
        <td><a href="invoices.php?action=edit&amp;id=<?= $e(rawurlencode($one['invoice_id'])) ?>"><?= $e($one['invoice']) ?></a></td>
        <td><?= $e($one['nsfp']) ?></td>
        <td class="text-right"><?= $e($one['dpp']) ?></td>
        <td class="text-right"><?= $e($one['ppn']) ?></td>
        <td><?= $e($one['state_word']) ?></td>
        <td><?= $one['has_pdf'] ? "<a href=\"$link&amp;a=pdf&amp;id={$e($one['id'])}\">{$t('download')}</a>" : '' ?></td>
      </tr>
        <?php endforeach ?>
    </table></div>
    <?php endif ?>
  </div>
<?php endif ?>
</div>
